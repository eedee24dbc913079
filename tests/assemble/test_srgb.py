"""Our sRGB profile means what LittleCMS's own sRGB means."""

from __future__ import annotations

import io

import numpy as np
from PIL import Image, ImageCms

from digitizer.assemble.srgb import srgb_profile


def test_the_profile_is_littlecms_srgb_to_one_level() -> None:
    ours = ImageCms.ImageCmsProfile(io.BytesIO(srgb_profile()))
    theirs = ImageCms.createProfile("sRGB")
    colors = np.random.default_rng(1).integers(0, 256, (64, 64, 3), dtype=np.uint8)
    image = Image.fromarray(colors)
    for source, target in ((ours, theirs), (theirs, ours)):
        turned = ImageCms.profileToProfile(image, source, target)
        assert turned is not None
        difference = np.abs(np.asarray(turned).astype(int) - colors.astype(int))
        assert difference.max() <= 1


def test_the_profile_is_a_version_2_display_profile_of_its_stated_size() -> None:
    profile = srgb_profile()
    assert int.from_bytes(profile[:4], "big") == len(profile)
    assert profile[8] == 2
    assert profile[12:24] == b"mntrRGB XYZ "
    name = ImageCms.getProfileDescription(ImageCms.ImageCmsProfile(io.BytesIO(profile)))
    assert name.strip() == "sRGB IEC61966-2.1"
