import pytest


@pytest.mark.parametrize("n", range(64))
def test_number(n):
    assert n != 31


class TestGroup:
    @pytest.mark.parametrize("text", ["a::b", "x[y]", "日本", 'say "<&>"'], ids=str)
    def test_text(self, text):
        assert text
