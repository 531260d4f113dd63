"""Reads one SQL expression into a tree, in time linear in its length.

The grammar is that of expressions only: names, constants, operators, the functions of the allow-list, CASE and CAST.
Nothing else can be said: no sub-select, aggregate, window, star, lambda, list, parameter or second statement. DuckDB's own
parser is not used on a stranger's text: it takes exponential time over some texts of 300 characters, and cannot be
interrupted. Precedence is DuckDB's, which a test compares.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from landplan.core.errors import SchemeError
from landplan.core.expression_tree import Call, Literal, Name, Tree, depth

LONGEST = 4000
"""Characters an expression may have."""
DEEPEST = 100
"""Levels of nesting it may have; a sum of a hundred terms still fits."""

_TOKEN = re.compile(
    r"""(?P<space>(?:\s|--[^\n]*|/\*.*?\*/)+)
      | (?P<number>(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)
      | (?P<text>'(?:[^']|'')*')
      | (?P<quoted>"(?:[^"]|"")+")
      | (?P<word>[^\W\d]\w*)
      | (?P<sign><=|>=|<>|!=|==|\|\||::|\*\*|[-+*/%^<>=(),])""",
    re.VERBOSE | re.DOTALL,
)
_FULL_WIDTH = "，。；：（）【】＜＞＝＋－＊／％！｜“”‘’≤≥≠×÷"
_STATEMENT_WORDS = frozenset(
    {"select", "from", "where", "with", "union", "exists", "over", "filter", "order", "group", "having", "values"}
    | {"distinct", "any", "all"}
)
_RESERVED = _STATEMENT_WORDS.union(
    ("and", "or", "not", "in", "is", "between", "like", "ilike", "as", "null", "true", "false"),
    ("case", "when", "then", "else", "end"),
)
_BINARY = {"=": 5, "==": 5, "<>": 5, "!=": 5, "<": 5, ">": 5, "<=": 5, ">=": 5, "||": 7, "+": 8, "-": 8, "*": 9, "/": 9, "%": 9}
_LEVELS = {**_BINARY, "^": 10, "**": 10, "or": 1, "and": 2, "is": 4, "isnull": 4, "notnull": 4, "::": 12}
_LEVELS |= dict.fromkeys(("between", "in", "like", "ilike", "not"), 6)
_NOT, _COMPARISON, _LIST, _SIGN = 3, 5, 6, 11
_SAME = {"==": "=", "!=": "<>", "ifnull": "coalesce"}
_TYPES = {
    **dict.fromkeys(("double", "float8", "float", "real", "numeric", "decimal"), "cast number"),
    **dict.fromkeys(("bigint", "integer", "int", "int8", "int4", "long"), "cast integer"),
    **dict.fromkeys(("varchar", "text", "string", "char"), "cast text"),
    **dict.fromkeys(("boolean", "bool"), "cast truth"),
    "date": "cast date",
}
_VALUES: dict[str, bool | None] = {"null": None, "true": True, "false": False}


@dataclass(frozen=True, slots=True)
class Token:
    """A word, sign, number or text, with its place; `key` is what the grammar compares: lower-case word, or sign."""

    kind: str
    value: str
    start: int
    end: int

    @property
    def key(self) -> str:
        return self.value.lower() if self.kind in ("word", "sign") else self.kind


def tree(text: str, functions: frozenset[str]) -> Tree:
    """The tree of `text`; SchemeError with the passage that is wrong, not allowed, or too deep."""
    if len(text) > LONGEST:
        raise SchemeError("expression_too_long", shown(text), limit=LONGEST, levels=DEEPEST)
    parser = Parser(text, list(_tokens(text)), functions)
    found = parser.operand(0)
    parser.take("end of text")
    if depth(found) > DEEPEST:
        raise SchemeError("expression_too_long", shown(text), limit=LONGEST, levels=DEEPEST)
    return found


def shown(text: str) -> str:
    """An expression as errors show it."""
    start = text[:80].encode("utf-8", "replace").decode()
    return start if len(text) <= 80 else f"{start[:79]}…"


def _tokens(text: str) -> Iterator[Token]:
    place = 0
    while place < len(text):
        found = _TOKEN.match(text, place)
        if found is None or "\0" in found.group() or (not found.group().isascii() and _unpaired(found.group())):
            id = "expression_full_width" if text[place] in _FULL_WIDTH else "expression_syntax"
            raise SchemeError(id, shown(text), near=shown(text[place : place + 20]))
        if found.lastgroup != "space":
            yield Token(str(found.lastgroup), found.group(), found.start(), found.end())
        place = found.end()
    yield Token("end of text", "", place, place)


def _unpaired(text: str) -> bool:
    return any("\ud800" <= char <= "\udfff" for char in text)


@dataclass
class Parser:
    """Precedence climbing over the tokens of one text."""

    text: str
    tokens: list[Token]
    functions: frozenset[str]
    place: int = 0
    level: int = 0

    @property
    def next(self) -> Token:
        return self.tokens[self.place]

    def sees(self, *keys: str) -> bool:
        """Whether these tokens come next."""
        return [token.key for token in self.tokens[self.place : self.place + len(keys)]] == list(keys)

    def accept(self, *keys: str) -> bool:
        """Pass over these tokens if they come next."""
        if found := self.sees(*keys):
            self.place += len(keys)
        return found

    def take(self, key: str) -> Token:
        """The next token, which must be `key`."""
        token = self.next
        if token.key != key:
            raise self.error()
        self.place += 1
        return token

    def error(self) -> SchemeError:
        """What is wrong at the next token."""
        token = self.next
        if token.key in _STATEMENT_WORDS:
            return SchemeError("expression_not_allowed", shown(self.text), what=token.value)
        near = self.text[token.start : token.start + 20] or self.text.strip()[-20:]
        return SchemeError("expression_syntax", shown(self.text), near=near)

    def call(self, operation: str, start: int, *arguments: Tree) -> Call:
        return Call(_SAME.get(operation, operation), arguments, self.text[start : self.tokens[self.place - 1].end][:60])

    def operand(self, binding: int) -> Tree:
        """The longest expression whose operators bind tighter than `binding`."""
        self.level += 1
        if self.level > DEEPEST:
            raise SchemeError("expression_too_long", shown(self.text), limit=LONGEST, levels=DEEPEST)
        start = self.next.start
        left, before = self.prefix(start), 99
        while binding < (level := _LEVELS.get(self.next.key, -1)):
            if level > before:  # a IS NULL + b: brackets must say what is meant
                raise self.error()
            left, before = self.infix(left, start), level
        self.level -= 1
        return left

    def prefix(self, start: int) -> Tree:
        """An expression that begins here, without what may follow."""
        token = self.next
        self.place += 1
        if token.key in ("+", "-"):
            return self.signed(token.key, self.operand(_SIGN), start)
        if token.key == "not":
            return self.call("not", start, self.operand(_NOT))
        if token.key == "(":
            inner = self.operand(0)
            self.take(")")
            return inner
        if token.kind in ("number", "text"):
            return self.constant(token)
        if token.kind == "quoted":
            return Name(token.value[1:-1].replace('""', '"'))
        return self.word(token, start)

    def signed(self, sign: str, inner: Tree, start: int) -> Tree:
        number = isinstance(inner, Literal) and isinstance(inner.value, int | float) and not isinstance(inner.value, bool)
        if sign == "-" and number:
            return Literal(-inner.value)  # type: ignore[union-attr, operator]
        return self.call(sign, start, inner)

    def constant(self, token: Token) -> Literal:
        if token.kind == "text":
            return Literal(token.value[1:-1].replace("''", "'"))
        value = int(token.value) if token.value.isdigit() else float(token.value)
        if not math.isfinite(float(token.value)):
            raise SchemeError("expression_not_allowed", shown(self.text), what=token.value[:40])
        return Literal(value)

    def word(self, token: Token, start: int) -> Tree:
        """A constant, CASE, CAST, a function or a name."""
        if token.key in _VALUES:
            return Literal(_VALUES[token.key])
        if token.key == "case":
            return self.case(start)
        if token.key == "date" and self.next.kind == "text":
            return self.call("cast date", start, self.constant(self.take("text")))
        if token.kind != "word" or token.key in _RESERVED:
            self.place -= 1
            raise self.error()
        return self.function(token.key, start) if self.accept("(") else Name(token.value)

    def function(self, name: str, start: int) -> Tree:
        """A function whose bracket is open."""
        if name in ("cast", "try_cast"):
            inner = self.operand(0)
            self.take("as")
            operation = self.type_name()
            self.take(")")
            return self.call(operation, start, inner)
        if name == "extract":
            part = Literal(self.take(self.next.key).value.strip("'").lower())
            self.take("from")
            inner = self.operand(0)
            self.take(")")
            return self.call("date_part", start, part, inner)
        if name not in self.functions and name not in _SAME:
            raise SchemeError(
                "expression_not_allowed", shown(self.text), what=f"{self.text[start : self.tokens[self.place - 1].end]}…)"
            )
        arguments = () if self.sees(")") else self.listed()
        self.take(")")
        return self.call(name, start, *arguments)

    def listed(self) -> tuple[Tree, ...]:
        """Expressions with commas between."""
        found = [self.operand(0)]
        while self.accept(","):
            found.append(self.operand(0))
        return tuple(found)

    def type_name(self) -> str:
        """The cast to the type named here."""
        name = self.next
        if name.key not in _TYPES:
            raise SchemeError("expression_not_allowed", shown(self.text), what=name.value or "CAST")
        self.place += 1
        if name.key == "double":
            self.accept("precision")
        return _TYPES[name.key]

    def case(self, start: int) -> Tree:
        if not self.sees("when"):
            raise SchemeError("expression_simple_case", shown(self.text))
        arguments: list[Tree] = []
        while self.accept("when"):
            arguments.append(self.operand(0))
            self.take("then")
            arguments.append(self.operand(0))
        arguments.append(self.operand(0) if self.accept("else") else Literal(None))
        self.take("end")
        return self.call("case", start, *arguments)

    def infix(self, left: Tree, start: int) -> Tree:
        """`left` with the operator that comes next and its right side."""
        token = self.next
        self.place += 1
        level = _LEVELS[token.key]
        if token.key in ("and", "or"):
            return self.chain(token.key, left, start)
        if token.key == "::":
            return self.call(self.type_name(), start, left)
        if token.key in ("isnull", "notnull"):
            return self.call("is null" if token.key == "isnull" else "is not null", start, left)
        if token.key == "is":
            return self.test(left, start)
        if level == _LIST:
            return self.listing(token, left, start)
        found = self.call(token.key, start, left, self.operand(level))
        if level == _COMPARISON and _LEVELS.get(self.next.key) == _COMPARISON:
            raise self.error()
        return found

    def chain(self, word: str, left: Tree, start: int) -> Tree:
        """a AND b AND c as one operation."""
        arguments = [left, self.operand(_LEVELS[word])]
        while self.accept(word):
            arguments.append(self.operand(_LEVELS[word]))
        return self.call(word, start, *arguments)

    def test(self, left: Tree, start: int) -> Tree:
        """What follows IS."""
        negated = self.accept("not")
        same, other = (
            ("is not distinct from", "is distinct from") if not negated else ("is distinct from", "is not distinct from")
        )
        if self.accept("null") or self.accept("unknown"):
            return self.call("is not null" if negated else "is null", start, left)
        if self.accept("distinct", "from"):
            return self.call(other, start, left, self.operand(_LEVELS["is"]))
        if self.accept("true") or self.accept("false"):
            value = self.tokens[self.place - 1].key == "true"
            return self.call(same, start, left, Literal(value))
        raise self.error()

    def listing(self, token: Token, left: Tree, start: int) -> Tree:
        """BETWEEN, IN, LIKE and their negations."""
        negated = token.key == "not"
        word = self.next.key if negated else token.key
        readers: dict[str, Callable[[], tuple[Tree, ...]]] = {"between": self.bounds, "in": self.members}
        if negated:
            if word not in ("between", "in", "like", "ilike"):
                raise self.error()
            self.place += 1
        found = self.call(word, start, left, *readers.get(word, lambda: (self.operand(_LIST),))())
        return self.call("not", start, found) if negated else found

    def bounds(self) -> tuple[Tree, ...]:
        low = self.operand(_LIST)
        self.take("and")
        return low, self.operand(_LIST)

    def members(self) -> tuple[Tree, ...]:
        self.take("(")
        found = self.listed()
        self.take(")")
        return found
