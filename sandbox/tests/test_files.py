"""Files are kept while there is room for them."""

from sandbox.files import File, Files


def of(size):
    return File("application", b"x" * size, "audio/wav")


def test_the_oldest_files_make_room_for_a_new_one():
    files = Files(most_bytes=100)
    first, second, third = (files.add(of(size)) for size in (40, 40, 40))

    assert files.get(first) is None
    assert files.get(second) is not None
    assert files.get(third) is not None


def test_the_newest_file_is_kept_however_large_it_is():
    files = Files(most_bytes=100)
    files.add(of(40))

    large = files.add(of(200))

    assert files.get(large) is not None


def test_what_was_cleared_leaves_room():
    files = Files(most_bytes=100)
    files.add(of(90))
    files.clear()

    first, second = files.add(of(50)), files.add(of(50))

    assert files.get(first) is not None
    assert files.get(second) is not None
