from tach_harness import _wire as wire


def test_plain(worker, strategy):
    rig = worker("""
        def test_a(): pass
        def test_b(): print("hello"); assert 1 == 2
        def test_c(): pass
    """, strategy=strategy)
    assert rig.run_all(3) == 0
    assert rig.outcomes() == ["passed", "failed", "passed"]
    print(rig.frames)
