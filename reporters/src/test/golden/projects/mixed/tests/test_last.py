import warnings


def test_warns():
    warnings.warn("deprecated")


def test_plain():
    pass
