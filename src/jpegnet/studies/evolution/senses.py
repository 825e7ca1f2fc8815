"""What robots see: how near the nearest of each colour is, sector by sector of their view."""

import numpy as np

from jpegnet.studies.evolution.rules import INPUTS, SECTORS

_SIDE = SECTORS // 2


def look(worlds) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """All robots' views, and what is within sight.

    Returns:
        The view (robots of all worlds, 24), 0 for nothing to 1 for right here: red, green, walls,
        each from the sector at the very right to that at the very left. Then of each pair within
        sight, in view or not, the robot and the thing, both counted through all worlds, and how far
        they are apart.
    """
    rules, total = worlds.rules, worlds.things.shape[2]
    dx, dy = (
        things[:, None] - place[:, :, None]
        for things, place in zip(worlds.things, (worlds.x, worlds.y), strict=True)
    )  # (worlds, robots, things)
    squares = dx * dx
    squares += dy * dy
    pairs = np.flatnonzero(squares < rules.sight**2)
    robot, number = np.divmod(pairs, max(total, 1))
    dx, dy, squares = (array.ravel()[pairs] for array in (dx, dy, squares))
    far = np.sqrt(squares)
    ahead = np.cos(worlds.heading), np.sin(worlds.heading)
    sector = _sector(worlds, ahead, robot, dx, dy, far)
    seen = np.flatnonzero(sector >= 0)
    view = _walls(worlds, ahead)
    green = number[seen] >= rules.mines
    place = robot[seen] * INPUTS + green * SECTORS + sector[seen]
    nearness = 1 - far[seen] / worlds.dtype(rules.sight)
    np.maximum.at(view.reshape(-1), place, nearness)
    return view, robot, robot // worlds.robots * total + number, far


def _sector(worlds, ahead: tuple, robot: np.ndarray, dx, dy, far) -> np.ndarray:
    """The sector in which something lies, -1 if it is not in view.

    Cosines tell it, as they fall from straight ahead to the back on either side: the arc tangent
    would take half of all the time.
    """
    cosine, sine = (a.ravel()[robot] for a in ahead)
    before, aside = dx * cosine + dy * sine, dy * cosine - dx * sine
    outwards = np.zeros(len(robot), np.int64)  # 0 to 3 on one side, and 4 beyond
    for end in np.cos(worlds.rules.half_view * (np.arange(_SIDE) + 1) / _SIDE):
        outwards += before < worlds.dtype(end) * far
    sector = np.where(aside < 0, _SIDE - 1 - outwards, _SIDE + outwards)
    sector[outwards == _SIDE] = -1
    return sector


def _walls(worlds, ahead: tuple) -> np.ndarray:
    """Views (robots, 24) of the walls alone, each where the middle of a sector meets it."""
    rules, dtype = worlds.rules, worlds.dtype
    middles = ((np.arange(SECTORS) + 0.5) / SECTORS * 2 - 1) * rules.half_view
    turn = [(rules.sight * wave(middles)).astype(dtype) for wave in (np.cos, np.sin)]
    cosine, sine = (a.reshape(-1, 1) for a in ahead)
    step = np.stack([cosine * turn[0] - sine * turn[1], sine * turn[0] + cosine * turn[1]])
    place = np.stack([worlds.x, worlds.y]).reshape(2, -1, 1)
    room = np.where(step > 0, 1 - place, place)
    np.abs(step, out=step)
    np.maximum(step, room, out=step)
    np.maximum(step, np.finfo(dtype).tiny, out=step)
    view = np.zeros((worlds.x.size, INPUTS), dtype)
    # The share of the sight that is left behind the nearer wall.
    np.subtract(1, (room / step).min(0), out=view[:, -SECTORS:])
    return view
