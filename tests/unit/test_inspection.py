"""Sections of what a kernel says of a name."""

from __future__ import annotations

from ipynb_nvim.view.inspection import Section, sections_of


def texts(section: Section) -> list[str]:
    return ["".join(text for text, _ in line) for line in section.lines]


def test_sections_keep_the_kernels_order_and_its_colours() -> None:
    text = (
        "\x1b[31mSignature:\x1b[39m f(a, b=\x1b[32m2\x1b[39m)\n\x1b[31mDocstring:\x1b[39m\nOne.\n\n"
        "Two.\n\x1b[31mSubclasses:\x1b[39m     \n\x1b[31mType:\x1b[39m      function"
    )
    sections = sections_of(text)
    assert [(one.title, texts(one)) for one in sections] == [
        ("Signature", ["f(a, b=2)"]),
        ("Docstring", ["One.", "", "Two."]),
        ("Type", ["function"]),
    ]
    assert ("2", "NotebookAnsi_f2") in sections[0].lines[0]


def test_a_coloured_line_of_the_source_is_no_title() -> None:
    text = "\x1b[0;31mSource:\x1b[0m\n\x1b[33mArgs:\x1b[39m\n  x"
    assert [(one.title, texts(one)) for one in sections_of(text)] == [("Source", ["Args:", "  x"])]


def test_text_without_titles_is_one_section_and_plain_titles_are_known() -> None:
    assert [(one.title, texts(one)) for one in sections_of("ls: list files\n")] == [
        ("", ["ls: list files"])
    ]
    titles = [one.title for one in sections_of("Signature: f()\nDocstring:\nNote: this\nis text")]
    assert titles == ["Signature", "Docstring"]


def test_nothing_that_a_terminal_obeys_is_left_and_the_length_is_bounded() -> None:
    section = sections_of("\x1b]0;title\x07evil\x1b[2J\u202e\n" + "line\n" * 3000)[0]
    assert not any("\x1b" in line or "\u202e" in line for line in texts(section))
    assert texts(section)[-1] == "… 1001 more lines"


def test_an_empty_answer_has_no_sections() -> None:
    assert sections_of(" \n\n") == []
