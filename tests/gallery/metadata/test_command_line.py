from PIL import Image

from gallery.metadata.__main__ import main
from tests import pictures


def test_records_rule_and_parameters_are_printed(tmp_path, capsys):
    path = pictures.a1111_png(tmp_path / "a.png")
    assert main([str(path)]) == 0
    out = capsys.readouterr().out
    assert "record: png:tEXt parameters (utf-8, byte 33): masterpiece" in out
    assert "rule: automatic1111, because: parameters (png:tEXt) holds a line of 11" in out
    assert "seed: 4183920117736" in out
    assert "lora: luna_v3 (weight 0.8; 1a2b3c4d5e6f)" in out


def test_bad_files_are_told_apart_without_a_traceback(tmp_path, capsys):
    empty = tmp_path / "empty.png"
    empty.write_bytes(b"")
    good = pictures.comfy_png(tmp_path / "good.png")
    assert main([str(tmp_path / "none.png"), str(tmp_path), str(empty), str(good)]) == 1
    out = capsys.readouterr().out
    assert out.count("cannot be opened: ") == 2
    assert "problem: The file is empty." in out
    assert "prompt: a bottle with a galaxy inside" in out


def test_no_terminal_obeys_what_a_file_says(tmp_path, capsys):
    hostile = "\x1b[31mred \u202ecat\nSteps: 1, Seed: 2, Size: 8x8"
    path = pictures.a1111_png(tmp_path / "a.png", hostile)
    main([str(path)])
    out = capsys.readouterr().out
    assert "\x1b" not in out
    assert "\u202e" not in out
    assert "prompt: \\x1b[31mred \\u202ecat" in out


def test_long_texts_are_shortened_unless_asked(tmp_path, capsys):
    path = pictures.png(tmp_path / "a.png", {"parameters": "cat " * 500})
    main([str(path)])
    assert "(2000 characters)" in capsys.readouterr().out
    main(["--whole", str(path)])
    assert "cat " * 499 in capsys.readouterr().out


def test_what_the_header_says_is_printed(tmp_path, capsys):
    path = tmp_path / "a.gif"
    frames = [Image.new("L", (6, 4), shade) for shade in (0, 100, 200)]
    frames[0].save(path, save_all=True, append_images=frames[1:], duration=500)
    main([str(path)])
    out = capsys.readouterr().out
    assert "format: gif, 6 x 4, 1.5 s" in out
    assert "Frames: 3" in out


def test_the_workflow_and_the_sources_of_a_picture_are_printed(tmp_path, capsys):
    graph = {**pictures.GRAPH, "5": {"class_type": "VAEEncode", "inputs": {"pixels": ["10", 0]}}}
    graph["10"] = {"class_type": "LoadImage", "inputs": {"image": "before.png"}}
    main([str(pictures.comfy_png(tmp_path / "a.png", graph))])
    out = capsys.readouterr().out
    assert "workflow: " in out
    assert "made from (img2img): before.png" in out
