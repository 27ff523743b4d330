def test_subtests(subtests):
    for i in range(3):
        with subtests.test(i=i):
            assert i != 1


def test_subtests_pass(subtests):
    with subtests.test("fine"):
        pass
