"""The three shots. A scene is made once and then asked for frame after frame of itself (0-based); it keeps no state between."""

from typing import Protocol

import numpy as np

from media_pipeline.core.demo.texture import (
    HEIGHT,
    WIDTH,
    Picture,
    blend,
    colour,
    fractal,
    gradient,
    line_at,
    profile,
    scrolled,
    smoothstep,
    spruces,
)

ROWS = np.arange(HEIGHT, dtype=np.float32)[:, None]
COLUMNS = np.arange(WIDTH, dtype=np.float32)[None, :]


class Scene(Protocol):
    def picture(self, n: int) -> Picture:
        """Frame `n` of the scene, linear light, (3, HEIGHT, WIDTH), nominal white 1, highlights above."""


def glow(x: float, y: float, *, core: float, halo: float) -> tuple[Picture, Picture]:
    """A soft disc and its wide halo around a point, each 0 to 1."""
    distance = np.hypot(COLUMNS - x, ROWS - y)
    return np.exp(-((distance / core) ** 4)), np.exp(-distance / halo)


class Mountains:
    """Dawn over misty ridges: the camera drifts to the right, a flock of birds crosses the sun."""

    SUN = (812.0, 206.0)
    # base and relief of each ridge in rows, drift in columns per frame, colour, and how much mist lies at its foot
    RIDGES = (
        (250, 19, 0.10, (0.66, 0.36, 0.31), 0.85),
        (282, 27, 0.22, (0.43, 0.235, 0.245), 0.80),
        (322, 34, 0.42, (0.235, 0.135, 0.170), 0.72),
        (372, 40, 0.80, (0.105, 0.068, 0.102), 0.60),
        (432, 36, 1.50, (0.036, 0.028, 0.046), 0.42),
        (506, 20, 2.90, (0.006, 0.006, 0.011), 0.0),
    )
    MIST = colour(0.80, 0.45, 0.33)

    def __init__(self) -> None:
        sky = gradient(
            [
                (0.0, (0.030, 0.062, 0.17)),
                (0.18, (0.10, 0.13, 0.29)),
                (0.33, (0.40, 0.25, 0.35)),
                (0.44, (0.92, 0.43, 0.25)),
                (0.56, (1.10, 0.60, 0.32)),
                (1.0, (0.9, 0.5, 0.35)),
            ]
        )
        self.sky = sky
        disc, halo = glow(*self.SUN, core=21, halo=105)
        self.light = halo
        self.sky += halo * colour(0.95, 0.42, 0.15) + disc * colour(5.0, 3.2, 1.7)
        self.clouds = fractal(11, 230, 2048, slope=3.2, stretch=3.2)
        self.cover = np.linspace(1, 0, 230, dtype=np.float32)[:, None] ** 0.7
        self.lit = colour(0.20, 0.125, 0.20) + self.light[:230] * colour(2.6, 1.15, 0.55)
        self.lines = [profile(20 + k, 4096, slope=2.9 - 0.08 * k) for k in range(len(self.RIDGES))]
        self.trees = [None, None, None, spruces(43, 2.2), spruces(44, 4.6), spruces(45, 11.0)]
        self.slopes = fractal(60, 200, 2048, slope=2.4, stretch=1.6)

    def picture(self, n: int) -> Picture:
        picture = self.sky.copy()
        upper = slice(0, 230)
        cover = smoothstep(-0.2, 1.9, scrolled(self.clouds, upper, 300 + 0.45 * n)) * self.cover
        blend(picture[:, upper], self.lit, cover)
        self._birds(picture, n)
        grounds = [self._ground(k, n) for k in range(len(self.RIDGES))]
        for k, ground in enumerate(grounds):
            trees = self.trees[k]
            tall = np.zeros_like(ground) if trees is None else line_at(trees, self._left(k, n))
            top = max(0, int((ground - tall).min()) - 1)
            # Below the next ridge's lowest crest nothing of this one is seen.
            end = min(HEIGHT, int(grounds[k + 1].max()) + 2) if k + 1 < len(grounds) else HEIGHT
            self._ridge(picture[:, top:end], k, n, ROWS[top:end] - ground[None, :], tall, self.light[top:end])
        return picture

    def _left(self, k: int, n: int) -> float:
        return 700 * k + self.RIDGES[k][2] * n

    def _ground(self, k: int, n: int) -> Picture:
        base, relief, *_ = self.RIDGES[k]
        return np.asarray(base - relief * line_at(self.lines[k], self._left(k, n)), np.float32)

    def _ridge(self, picture: Picture, k: int, n: int, depth: Picture, tall: Picture, light: Picture) -> None:
        """Lay ridge `k` on these rows of the picture; `depth`: rows below its ground, `tall`: the trees on it."""
        _, _, drift, tint, foot = self.RIDGES[k]
        rough = scrolled(self.slopes, np.arange(len(depth)) % 200, 300 * k + drift * n)
        body = colour(*tint) * (1 + np.float32(0.10) * rough)
        mist = np.clip(depth / (34 + 20 * k), 0, 1) * np.float32(foot)
        body += (self.MIST + light * colour(0.45, 0.20, 0.07) - body) * mist
        depth = depth + tall[None, :]
        rim = np.exp(-np.clip(depth, 0, 40) / 2.6) * light * np.float32(0.75 if k < 3 else 0.22)
        body += rim * colour(1.3, 0.62, 0.25)
        blend(picture, body, np.clip(depth + 0.5, 0, 1))

    def _birds(self, picture: Picture, n: int) -> None:
        """Nine birds in a loose wedge; each flaps at its own pace."""
        rng = np.random.default_rng(5)
        for k in range(9):
            side = (k % 2 * 2 - 1) * ((k + 1) // 2)
            x = 1010 - 3.1 * n + 15 * abs(side) + rng.uniform(-4, 4)
            y = 150 - 0.25 * n + 8.5 * side + rng.uniform(-3, 3) + 3 * np.sin(n / 17 + k)
            span = 6.5 + rng.uniform(-0.8, 0.8)
            lift = np.sin(n * (0.62 + 0.05 * k % 0.2) + k * 1.9)
            x0, y0 = int(x) - 12, int(y) - 10
            if not (0 <= x0 < WIDTH - 25 and 0 <= y0 < HEIGHT - 21):
                continue
            dx = np.abs(COLUMNS[:, x0 : x0 + 25] - np.float32(x))
            wing = np.float32(y) - np.float32(lift) * dx * 0.55 + 0.035 * dx * dx * np.float32(lift)
            ink = np.clip(1.25 - np.abs(ROWS[y0 : y0 + 21] - wing), 0, 1) * np.clip(np.float32(span) - dx + 0.5, 0, 1)
            blend(picture[:, y0 : y0 + 21, x0 : x0 + 25], colour(0.05, 0.03, 0.05), np.asarray(ink * 0.9, np.float32))


class Lighthouse:
    """A headland at night. The beam sweeps; on FLASHES it meets the lens, and the bell strikes."""

    HORIZON = 292
    LAMP = (932.0, 171.0)
    MOON = (330.0, 96.0)
    FLASHES = (24, 72)
    TURN = 48  # frames between two flashes

    def __init__(self) -> None:
        sky = gradient(
            [(0, (0.006, 0.012, 0.034)), (0.35, (0.016, 0.034, 0.078)), (0.545, (0.05, 0.088, 0.145)), (1, (0.05, 0.09, 0.15))]
        )
        self.sky = sky
        disc, halo = glow(*self.MOON, core=15, halo=80)
        self.moonlight = halo
        rng = np.random.default_rng(8)
        for _ in range(420):
            x, y = int(rng.uniform(0, WIDTH)), int(rng.uniform(0, 1) ** 1.4 * (self.HORIZON - 20))
            self.sky[:, y, x] += np.float32(0.9 * rng.uniform(0.1, 1) ** 3 + 0.05) * colour(0.85, 0.93, 1.0)[:, 0, 0]
        self.sky += halo * colour(0.10, 0.15, 0.22) + disc * colour(1.9, 2.0, 1.95)
        self.clouds = fractal(12, 260, 2048, slope=3.2, stretch=3.0)
        self.cover = np.linspace(0.9, 0, 260, dtype=np.float32)[:, None]
        self.waves = fractal(13, 1024, 1024, slope=1.9, stretch=2.0)
        self.swell = fractal(14, 1024, 1024, slope=2.6, stretch=2.0)
        below = np.arange(self.HORIZON, HEIGHT, dtype=np.float32)[:, None] - self.HORIZON + 2.2
        self.near = below / below.max()
        self.across = (COLUMNS - WIDTH / 2) * (190 / below)
        self.away = 74000 / below
        self.calm = np.clip(below / 70, 0.04, 1)  # far waves are finer than a pixel: they average out
        shore = 0.5 * (1 + np.tanh((COLUMNS[0] - 860) / 95)) * 74 + 7 * profile(31, WIDTH, slope=2.0) * (COLUMNS[0] > 700) / 1.6
        self.ground = np.where(shore > 8, self.HORIZON + 12 - shore, HEIGHT).astype(np.float32)
        lamp_x, lamp_y = self.LAMP
        angle = np.arctan2(ROWS - lamp_y, COLUMNS - lamp_x) + 0.035  # the beams dip a little
        self.beside = {
            side: np.abs((angle - turn + np.pi) % (2 * np.pi) - np.pi) ** 2 for side, turn in ((1, 0.0), (-1, np.pi))
        }
        self.reach = np.hypot(COLUMNS - lamp_x, ROWS - lamp_y) + 1

    def picture(self, n: int) -> Picture:
        picture = self.sky.copy()
        upper = slice(0, 260)
        cover = smoothstep(0.0, 2.0, scrolled(self.clouds, upper, 0.55 * n)) * self.cover
        blend(picture[:, upper], colour(0.024, 0.036, 0.060) + self.moonlight[upper] * colour(0.35, 0.42, 0.5), cover)
        flash = max(np.exp(-(((n - at) / 2.0) ** 2)) for at in self.FLASHES)
        self._beam(picture, n)
        self._sea(picture, n, flash)
        self._land(picture)
        x, y = self.LAMP
        near = np.float32(0.35 + 3.5 * flash)
        core = np.exp(-((self.reach / np.float32(3.2 + 9 * flash)) ** 2)) * (2 + 8 * np.float32(flash))
        star = (
            np.exp(-np.abs(ROWS - y) / 1.6)
            * np.exp(-np.abs(COLUMNS - x) / np.float32(20 + 260 * flash))
            * np.float32(1.6 * flash)
        )
        picture += (core + star + np.exp(-self.reach / np.float32(16 + 60 * flash)) * near * 0.22) * colour(1.0, 0.86, 0.60)
        return picture

    def _beam(self, picture: Picture, n: int) -> None:
        """Two opposite beams turn about a vertical axis: seen from the side they lengthen, shorten and swap ends."""
        turn = np.pi * (n - self.FLASHES[0]) / self.TURN
        along = np.float32(np.sin(turn))
        toward = abs(np.cos(turn))
        for sign in (1, -1):
            off = self.beside[1 if sign * along > 0 else -1]
            wide = np.float32(0.035 + 0.30 * toward**4)
            length = np.float32(90 + 900 * abs(along))
            shaft = np.exp(-off / wide**2 - self.reach / length) * np.float32(0.34 * abs(along) + 0.05)
            picture += np.asarray(shaft, np.float32) * colour(1.0, 0.88, 0.62)

    def _sea(self, picture: Picture, n: int, flash: float) -> None:
        sea = picture[:, self.HORIZON :]
        size = self.waves.shape[0]
        u = (self.across + 0.35 * n).astype(np.int32)
        v = (self.away + 1.15 * n).astype(np.int32)
        wave = self.waves[v % size, u % size] + 0.8 * self.swell[(v // 2 + n // 3) % size, (u // 2 + n // 2) % size]
        fresnel = colour(0.030, 0.056, 0.096) * (1.15 - self.near) + colour(0.003, 0.008, 0.015)
        wave *= 0.55
        sea[:] = fresnel * (1 + (0.30 * self.calm * wave))
        for x, width, strength, tint in (
            (self.MOON[0], 26, 0.95, (0.80, 0.92, 1.0)),
            (self.LAMP[0], 20, 0.22 + 2.6 * flash, (1.0, 0.80, 0.50)),
        ):
            path = np.exp(-(((COLUMNS - x) / (width + 120 * self.near)) ** 2))
            spark = np.clip(wave - 0.75 + 0.55 * path, 0, None) ** 2 * path
            sea += (np.float32(strength) * spark * (0.35 + 0.65 * np.sqrt(self.near))) * colour(*tint)

    def _land(self, picture: Picture) -> None:
        x = self.LAMP[0]
        land = np.clip(ROWS - self.ground[None, :] + 0.5, 0, 1) * (ROWS < self.HORIZON + 7)
        blend(picture, colour(0.006, 0.008, 0.013), np.asarray(land, np.float32))
        y0, foot = self.LAMP[1] - 9, float(self.ground[int(x)]) + 4
        half = np.interp(ROWS[:, 0], [y0, y0 + 17, y0 + 18, y0 + 21, y0 + 22, foot], [5.0, 6.0, 9.5, 9.5, 6.5, 11.0]).astype(
            np.float32
        )[:, None]
        tower = np.clip(half - np.abs(COLUMNS - x) + 0.5, 0, 1) * ((ROWS - y0) * (foot - ROWS) >= 0)
        side = np.clip((x - COLUMNS) / 11, 0, 1).astype(np.float32)
        blend(picture, colour(0.020, 0.024, 0.034) + side * colour(0.035, 0.045, 0.06), np.asarray(tower, np.float32))


class Aurora:
    """Northern light over a still lake; a star falls on STAR, with its chime."""

    WATER = 352
    STAR = 48

    def __init__(self) -> None:
        sky = gradient(
            [(0, (0.004, 0.010, 0.030)), (0.45, (0.010, 0.034, 0.062)), (0.66, (0.035, 0.085, 0.105)), (1, (0.03, 0.08, 0.1))]
        )
        self.sky = sky[:, : self.WATER].copy()
        rng = np.random.default_rng(9)
        for _ in range(900):
            x, y = int(rng.uniform(0, WIDTH)), int(rng.uniform(0, 1) * (self.WATER - 60))
            self.sky[:, y, x] += np.float32(rng.uniform(0.1, 1) ** 4 + 0.03) * colour(0.9, 0.95, 1.0)[:, 0, 0]
        self.curtain = [profile(70 + k, 4096, slope=3.3) for k in range(3)]
        self.fold = [profile(80 + k, 4096, slope=1.75) for k in range(3)]
        self.shore = [profile(90 + k, 4096, slope=2.9) for k in range(2)]
        self.trees = spruces(47, 5.0)
        self.ripple = fractal(15, 512, 1024, slope=2.0, stretch=7.0)
        self.up = ROWS[: self.WATER]

    def picture(self, n: int) -> Picture:
        picture = np.empty((3, HEIGHT, WIDTH), np.float32)
        above = picture[:, : self.WATER]
        light = np.zeros((3, self.WATER // 2, WIDTH), np.float32)  # every other row: it is smooth from row to row
        for k, (foot, height, strength) in enumerate(((236, 150, 0.62), (208, 190, 0.50), (262, 95, 0.34))):
            self._curtain(light, n, k, foot, height, strength)
        np.add(self.sky, np.repeat(light, 2, axis=1), out=above)
        self._star(above, n)
        for k, (base, relief, tint) in enumerate(((292, 25, (0.010, 0.022, 0.032)), (338, 5, (0.002, 0.004, 0.006)))):
            line = line_at(self.shore[k], 500 + 900 * k + (0.10 + 0.16 * k) * n)
            crest = base - relief * line - (0 if k == 0 else line_at(self.trees, 1400 + 0.26 * n))
            blend(above, colour(*tint), np.clip(self.up - crest[None, :] + 0.5, 0, 1))
        self._lake(picture, n)
        return picture

    def _curtain(self, light: Picture, n: int, k: int, foot: float, height: float, strength: float) -> None:
        """A band of light: its lower edge waves, rays run through it, green below and violet above."""
        drift = (0.9, -0.6, 1.4)[k] * n
        edge = foot + 34 * line_at(self.curtain[k], 300 * k + 0.8 * drift)
        rays = 1 + 0.55 * line_at(self.fold[k], 1.5 * drift) + 0.35 * line_at(self.fold[(k + 1) % 3], -2.1 * drift)
        power = 1.5 * smoothstep(-1.6, 1.6, line_at(self.curtain[(k + 1) % 3], 900 + 0.7 * drift)) * np.clip(rays, 0.05, None)
        rise = (edge[None, :] - self.up[::2]) / np.float32(height)
        body = np.exp(np.where(rise > 0, rise * -2.1, rise * 26)) * (power * np.float32(strength))[None, :]
        high = np.clip(rise * 1.15, 0, 1)
        light += body * (colour(0.10, 0.92, 0.46) + high * colour(0.42, -0.72, 0.32))

    def _star(self, above: Picture, n: int) -> None:
        age = n - self.STAR
        if not 0 <= age < 18:
            return
        head_x, head_y = 300 + 21.0 * age, 50 + 7.4 * age
        along = ((COLUMNS - head_x) * 21.0 + (self.up - head_y) * 7.4) / 22.27
        beside = np.abs((COLUMNS - head_x) * 7.4 - (self.up - head_y) * 21.0) / 22.27
        tail = np.exp(np.where(along < 0, along / 62, -along / 1.6)) * np.exp(-((beside / 1.25) ** 2))
        above += (tail * np.float32(2.4 * np.exp(-age / 8))) * colour(0.9, 1.0, 0.96)

    def _lake(self, picture: Picture, n: int) -> None:
        """The mirrored sky, shaken by ripples that grow towards the camera."""
        rows = np.arange(HEIGHT - self.WATER)
        near = (rows / rows[-1]).astype(np.float32)[:, None]
        ripple = scrolled(self.ripple, slice(0, len(rows)), 0.8 * n)
        ripple = 0.6 * ripple + 0.4 * scrolled(self.ripple, slice(200, 200 + len(rows)), 400 - 1.1 * n)
        source = np.clip(self.WATER - 2 - rows[:, None] * 1.35 + ripple * (1.5 + 9 * near), 0, self.WATER - 1).astype(np.int32)
        column = np.clip(COLUMNS + ripple * (0.5 + 3 * near), 0, WIDTH - 1).astype(np.int32)
        picture[:, self.WATER :] = picture[:, source, column] * (0.66 - 0.22 * near) + colour(0.001, 0.004, 0.007)
