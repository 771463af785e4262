"""Networks built, trained and resumed: repeated with the lowest versions."""


def pytest_itemcollected(item):
    item.add_marker("versioned")
