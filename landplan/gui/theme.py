"""Three palettes on the Fusion style: light, dark and high contrast; the bundled fonts; spacing in steps of 4 px."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from PySide6.QtGui import QColor, QFont, QFontDatabase, QPalette
from PySide6.QtWidgets import QApplication, QStyleFactory

from landplan.core.paths import resource

Name = Literal["light", "dark", "contrast"]
FAMILY = "Noto Sans SC"
POINT_SIZE = 9.5


@dataclass(frozen=True, slots=True)
class Theme:
    """Colours by what they mean, #RRGGBB. `ground` lies under the map; `selection` is one colour everywhere."""

    name: Name
    window: str
    base: str
    raised: str
    line: str
    ink: str
    soft: str
    faint: str
    accent: str
    accent_ink: str
    tint: str
    """The accent as a ground: hovered rows, the current step."""
    ground: str
    bare: str
    """Under the marks of restricted, unknown and excluded parcels."""
    map_ink: str
    selection: str
    good: str
    data: str
    bad: str


LIGHT = Theme(
    "light", window="#F3F4F6", base="#FFFFFF", raised="#FBFBFC", line="#D3D7DC", ink="#1F2328", soft="#59616B", faint="#8E959E",
    accent="#1F5F9E", accent_ink="#FFFFFF", tint="#E3EDF7", ground="#FFFFFF", bare="#F4F5F6", map_ink="#1F2328",
    selection="#E0218A", good="#1F7A45", data="#9A6200", bad="#B3261E",
)  # fmt: skip
DARK = Theme(
    "dark", window="#22262B", base="#1A1D21", raised="#2B3036", line="#40474F", ink="#E6E8EB", soft="#AEB5BD", faint="#7C848D",
    accent="#6CAEEB", accent_ink="#10161C", tint="#2A3A4B", ground="#2A2E33", bare="#464C53", map_ink="#F2F3F5",
    selection="#FF5CB3", good="#63C78D", data="#E3B04B", bad="#FF8A80",
)  # fmt: skip
CONTRAST = Theme(
    "contrast", window="#FFFFFF", base="#FFFFFF", raised="#FFFFFF", line="#000000", ink="#000000", soft="#000000",
    faint="#3A3A3A", accent="#003E8A", accent_ink="#FFFFFF", tint="#FFE98A", ground="#FFFFFF", bare="#F4F5F6", map_ink="#000000",
    selection="#C4006E", good="#005A2B", data="#6B3F00", bad="#A00000",
)  # fmt: skip
THEMES: dict[Name, Theme] = {"light": LIGHT, "dark": DARK, "contrast": CONTRAST}
_current = LIGHT


def theme() -> Theme:
    """The theme in use. Widgets that paint themselves ask when they paint."""
    return _current


def use(name: Name) -> Theme:
    """Dress the application in a theme: style, palette, font, and the few rules a palette cannot say."""
    global _current
    _current = THEMES[name]
    application = QApplication.instance()
    assert isinstance(application, QApplication)  # noqa: S101
    if application.property("landplan_theme") == name:
        return _current  # dressing every widget anew costs seconds
    application.setProperty("landplan_theme", name)
    application.setStyle(QStyleFactory.create("Fusion"))
    application.setPalette(palette(_current))
    application.setFont(font())
    application.setStyleSheet(rules(_current))
    return _current


def font(points: float = POINT_SIZE, *, bold: bool = False) -> QFont:
    """The bundled font; digits of one width."""
    load_fonts()
    made = QFont(FAMILY)
    made.setPointSizeF(points)
    made.setBold(bold)
    return made


def load_fonts() -> None:
    """Make the bundled fonts known to Qt, once."""
    if FAMILY not in QFontDatabase.families():
        for file in ("NotoSansSC-Regular.ttf", "NotoSansSC-Bold.ttf"):
            QFontDatabase.addApplicationFont(str(resource("fonts", file)))


def palette(of: Theme) -> QPalette:
    """Qt's colour roles; disabled words stay readable."""
    role = QPalette.ColorRole
    colours = {
        role.Window: of.window, role.WindowText: of.ink, role.Base: of.base, role.AlternateBase: of.raised, role.Text: of.ink,
        role.Button: of.raised, role.ButtonText: of.ink, role.BrightText: of.bad, role.ToolTipBase: of.base,
        role.ToolTipText: of.ink, role.Highlight: of.accent, role.HighlightedText: of.accent_ink, role.Link: of.accent,
        role.LinkVisited: of.accent, role.PlaceholderText: of.faint, role.Light: of.raised, role.Midlight: of.line,
        role.Mid: of.line, role.Dark: of.faint, role.Shadow: of.line, role.Accent: of.accent,
    }  # fmt: skip
    made = QPalette()
    for one, colour in colours.items():
        made.setColor(one, QColor(colour))
    for one in (role.WindowText, role.Text, role.ButtonText):
        made.setColor(QPalette.ColorGroup.Disabled, one, QColor(of.faint))
    return made


def rules(of: Theme) -> str:
    """Style rules, few: what a palette cannot say. Object names and the properties `role` are set by the widgets."""
    return f"""
    QDialogButtonBox {{ dialogbuttonbox-buttons-have-icons: 0; }}
    QToolTip {{ background: {of.base}; color: {of.ink}; border: 1px solid {of.line}; padding: 4px; }}
    QMainWindow::separator {{ background: {of.line}; width: 1px; height: 1px; }}
    QMainWindow::separator:hover {{ background: {of.accent}; }}
    QLabel[role="title"] {{ font-weight: bold; }}
    QLabel[role="soft"] {{ color: {of.soft}; }}
    QLabel[role="faint"] {{ color: {of.faint}; }}
    QLabel[role="good"] {{ color: {of.good}; }}
    QLabel[role="data"] {{ color: {of.data}; }}
    QLabel[role="bad"] {{ color: {of.bad}; }}
    QPushButton[role="primary"] {{ background: {of.accent}; color: {of.accent_ink}; border: 1px solid {of.accent};
        border-radius: 3px; padding: 5px 14px; font-weight: bold; }}
    QPushButton[role="primary"]:hover, QPushButton[role="primary"]:focus {{ border: 1px solid {of.ink}; }}
    QPushButton[role="primary"]:disabled {{ background: {of.line}; color: {of.faint}; border-color: {of.line}; }}
    QHeaderView::section {{ background: {of.window}; color: {of.soft}; border: none; border-right: 1px solid {of.line};
        border-bottom: 1px solid {of.line}; padding: 3px 6px; }}
    QAbstractScrollArea {{ border: none; }}
    QToolBar {{ border: none; border-bottom: 1px solid {of.line}; spacing: 2px; padding: 2px 4px; }}
    QStatusBar {{ border-top: 1px solid {of.line}; }}
    QStatusBar::item {{ border: none; }}
    """
