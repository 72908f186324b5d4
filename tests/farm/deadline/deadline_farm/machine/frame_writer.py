# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every other render plugin: a trivial renderer that writes what the job lists as its outputs.

Plugin info lines of ours: FarmReads0=FILE (its bytes go into each frame), FarmAlsoWrites0=NAME with
padding (a render element that no output names), FarmFrameOffset=N (number of the file, D5),
FarmFails=True.
"""

import os

from ..api.plugin import RenderFailed
from ..state import frames


class FrameWriter:
    """One run of it."""

    def __init__(self, rendering):
        self.rendering = rendering
        self.props = rendering.job["props"]
        self.info = rendering.job["plugin_info"]

    def _listed(self, prefix):
        return [value for key, value in self.info.items() if key.startswith(prefix) and value]

    def _names(self):
        """Full names with padding; of a tile job the tile's own names (D11)."""
        folders = self.props["OutputDirectory"]
        if self.props["TileJob"]:
            tile = int(self.rendering.task["id"])
            pairs = [(output, name) for output, number, name in self.props["TileFilenames"]
                     if number == tile]
        else:
            pairs = enumerate(self.props["OutputFilename"])
        names = [folders[output].rstrip("/\\") + "/" + name for output, name in pairs
                 if name and output < len(folders)]
        return names + self._listed("FarmAlsoWrites")

    def run(self):
        """Write every output of every frame of the task."""
        if self.info.get("FarmFails") == "True":
            raise RenderFailed("the renderer failed")
        seen = b"".join(self._read(path) for path in self._listed("FarmReads"))
        offset = int(self.info.get("FarmFrameOffset", "0"))
        for frame in self.rendering.task["frames"]:
            for name in self._names():
                path = self.rendering.runtime.map_path(frames.fill(name, frame + offset), True)
                self.rendering.log("INFO: writing %s" % path)
                os.makedirs(os.path.dirname(path), exist_ok=True)
                with open(path, "wb") as stream:
                    stream.write(b"%s frame %d by %s\n" % (
                        self.rendering.job["id"].encode(), frame,
                        self.rendering.runtime.name.encode()) + seen)

    def _read(self, name):
        path = self.rendering.runtime.map_path(name, True)
        with open(path, "rb") as stream:
            return stream.read()
