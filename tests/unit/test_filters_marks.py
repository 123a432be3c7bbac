import pytest

from diversity.filters import Filter
from diversity.filters.marks import LONGEST, excerpt, mark

MARKS = ("[", "]")


@pytest.mark.parametrize(
    ("asked", "text", "shown"),
    [
        ('text contains "sun"', "Sun and sunset", "[Sun] and [sun]set"),
        ('text contains "a.b"', "a.b axb", "[a.b] axb"),
        (r'text contains "\\E(x"', r"so \E(x it is", r"so [\E(x] it is"),
        ("text matches /s(u|o)n/", "son, Sun, sun", "[son], Sun, [sun]"),
        ("text matches /SUN/i", "the sun", "the [sun]"),
        ("text matches /x*/", "axxb", "a[xx]b"),
        ('text contains "a" and text matches /b+/', "abbc", "[a][bb]c"),
        ('text contains "a" or text contains "c"', "abc", "[a]b[c]"),
        ('not text contains "a"', "abc", "abc"),
        ('title contains "a"', "abc", "abc"),
        ("length > 2", "abc", "abc"),
    ],
)
def test_what_is_searched_for_stands_between_marks(asked, text, shown):
    assert mark([text], Filter.parse(asked), MARKS) == [shown]


def test_only_the_beginning_of_a_long_text_is_searched_and_nothing_is_lost():
    text = "sun" + "." * LONGEST + "sun"
    assert mark([text], Filter.parse('text contains "sun"'), MARKS) == ["[sun]" + text[3:]]


def test_patterns_that_are_too_much_together_leave_the_texts_as_they_are():
    asked = " and ".join(f"text matches /(a{{1,{900 + i}}}b?){{1,1}}/" for i in range(60))
    [marked] = mark(["aab"], Filter.parse(asked), MARKS)
    assert marked.replace("[", "").replace("]", "") == "aab"


def test_an_excerpt_is_one_line_around_the_first_mark():
    text = "long before " * 9 + "here is\nthe [word] and more " + "after " * 30
    assert (
        excerpt(text, "[", 60) == "…here is the [word] and more after after after after after af…"
    )
    assert excerpt("no mark", "[") == ""
    assert excerpt("[a]", "[") == "[a]"
