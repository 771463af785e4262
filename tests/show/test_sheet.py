from restore.show.console import render
from restore.show.sheet import Cell, Column, Sheet, facts, to_table


def test_a_sheet_as_a_table():
    columns = [Column("name"), Column("figure", right=True), Column("note", whole=True, faint=True)]
    sheet = Sheet(columns, [["a", Cell("1.0", "bold"), "x y"], ["b", "20.0", ""]], {1}, title="Title")
    made = to_table(sheet)
    assert (
        render(made, width=40) == "Title\nname  figure  note\n──────────────────\na        1.0  x y\n\nb       20.0\n"
    )
    assert [str(cell.style) for cell in made.columns[1].cells if hasattr(cell, "style")] == ["bold"]


def test_long_texts_are_folded_and_whole_ones_are_not():
    sheet = Sheet([Column("one"), Column("two", whole=True)], [["a" * 30, "b" * 20]])
    lines = render(to_table(sheet), width=40).splitlines()[2:]
    assert "".join(line[:18].strip() for line in lines) == "a" * 30
    assert sum("b" * 20 in line for line in lines) == 1


def test_markup_is_text():
    assert "[bold]x" in render(to_table(Sheet([Column("a")], [[Cell("[bold]x")]])), width=40)


def test_facts():
    assert (
        render(facts([("one", "1"), ("three", "3 " * 10)]), width=20)
        == "one    1\nthree  3 3 3 3 3 3 3\n       3 3 3\n"
    )
