"""DBF texts: nothing becomes a question mark, nothing is cut without a sign."""

import pytest

from landplan.core.errors import ExportError
from landplan.export.dbf_file import LONGEST_TEXT, shortened, text_bytes


@pytest.mark.parametrize("encoding", ["GBK", "UTF-8"])
def test_a_long_text_ends_with_a_sign_that_something_is_gone(encoding: str) -> None:
    cut = shortened("长" * 200, encoding)
    assert cut.endswith("…")
    assert LONGEST_TEXT - 4 <= len(cut.encode(encoding)) <= LONGEST_TEXT
    assert shortened("短", encoding) == "短"


def test_a_character_the_encoding_lacks_is_an_error_that_names_it() -> None:
    with pytest.raises(ExportError) as caught:
        text_bytes("\U0002a6d6", "GBK", "scores", "name")
    assert caught.value.values["encoding"] == "GBK"
