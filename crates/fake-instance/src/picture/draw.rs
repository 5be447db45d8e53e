//! The drawing itself: every pixel is a function of the number, the motif and its place.
use crate::ids::scatter;
use crate::picture::Motif;

type Colour = [f64; 3];

/// Five colours each: sky above, sky below, light, near, far.
const PALETTES: [[u32; 5]; 12] = [
    [0x1b2a49, 0xd9777f, 0xffe1a8, 0x232042, 0x6b4a6e],
    [0x7ec8e3, 0xf6f3d9, 0xffffff, 0x2f6b4f, 0x8fbf8a],
    [0x0b132b, 0x3a506b, 0xe0fbfc, 0x1c2541, 0x5bc0be],
    [0xf7b267, 0xf25c54, 0xfff1c1, 0x6d2e46, 0xc05761],
    [0xcdb4db, 0xffc8dd, 0xffffff, 0x6a4c93, 0xa2d2ff],
    [0x264653, 0x2a9d8f, 0xe9c46a, 0x1d3540, 0xf4a261],
    [0xdfe7fd, 0xcddafd, 0xfff1e6, 0x52658f, 0x99a9c9],
    [0x10002b, 0x7b2cbf, 0xe0aaff, 0x240046, 0x5a189a],
    [0xfefae0, 0xdda15e, 0xfffdf2, 0x283618, 0x606c38],
    [0x89c2d9, 0xe6f2f7, 0xfffbe0, 0x014f86, 0x468faf],
    [0x31263e, 0xf7567c, 0xfcfc62, 0x221d33, 0x99506f],
    [0xb7e4c7, 0xf1faee, 0xffe066, 0x1b4332, 0x52b788],
];

fn colour(code: u32) -> Colour {
    [16, 8, 0].map(|shift| f64::from((code >> shift) & 255))
}

fn mix(one: Colour, other: Colour, share: f64) -> Colour {
    let share = share.clamp(0.0, 1.0);
    let [a, b, c] = one;
    let [d, e, f] = other;
    [
        a + (d - a) * share,
        b + (e - b) * share,
        c + (f - c) * share,
    ]
}

fn solid([red, green, blue]: Colour) -> [u8; 4] {
    [red as u8, green as u8, blue as u8, 255]
}

/// Numbers between 0 and 1 that belong to a look.
fn part(look: u64, number: u64) -> f64 {
    (scatter(look ^ (number + 1).wrapping_mul(0x5851_f42d_4c95_7f2d)) % 10_000) as f64 / 10_000.0
}

/// RGBA pixels, row by row.
pub(crate) fn pixels(look: u64, motif: Motif, width: u32, height: u32) -> Vec<[u8; 4]> {
    let palette = usize::try_from(look % 12)
        .ok()
        .and_then(|at| PALETTES.get(at))
        .copied()
        .unwrap_or([0; 5]);
    let colours = palette.map(colour);
    let aspect = f64::from(width) / f64::from(height.max(1));
    let scene = scatter(look ^ 77) % 4;
    let mut drawn = Vec::with_capacity((width * height) as usize);
    for y in 0..height {
        for x in 0..width {
            let (u, v) = (
                (f64::from(x) + 0.5) / f64::from(width),
                (f64::from(y) + 0.5) / f64::from(height),
            );
            drawn.push(match motif {
                Motif::Emoji => emoji(look, &colours, u, v),
                Motif::Avatar => solid(avatar(look, &colours, u, v)),
                Motif::Header => solid(hills(look, &colours, u, v, aspect)),
                Motif::Photo => solid(match scene {
                    0 | 1 => hills(look, &colours, u, v, aspect),
                    2 => windows(look, &colours, u, v, aspect),
                    _ => ripples(look, &colours, u, v, aspect),
                }),
            });
        }
    }
    drawn
}

/// A sun over three ranges of hills.
fn hills(look: u64, colours: &[Colour; 5], u: f64, v: f64, aspect: f64) -> Colour {
    let [above, below, light, near, far] = *colours;
    let mut shown = mix(above, below, v * 1.25);
    let (sun_u, sun_v) = (0.2 + part(look, 1) * 0.6, 0.2 + part(look, 2) * 0.25);
    let distance = (((u - sun_u) * aspect).powi(2) + (v - sun_v).powi(2)).sqrt();
    if distance < 0.09 {
        shown = light;
    } else {
        shown = mix(light, shown, 0.45 + distance * 1.6);
    }
    for range in 0..3_u64 {
        let base = 0.5 + 0.16 * range as f64;
        let wave =
            |number: u64, times: f64| (u * times * aspect + part(look, number + range) * 7.0).sin();
        let ridge = base - 0.07 * wave(10, 3.1) - 0.03 * wave(20, 8.3) - 0.012 * wave(30, 21.0);
        if v > ridge {
            shown = mix(far, near, range as f64 / 2.0);
            shown = mix(shown, below, (0.25 - (v - ridge)).max(0.0) * 0.5);
        }
    }
    shown
}

/// Houses at dusk with some windows lit.
fn windows(look: u64, colours: &[Colour; 5], u: f64, v: f64, aspect: f64) -> Colour {
    let [above, below, light, near, far] = *colours;
    let sky = mix(above, below, v);
    let place = u * aspect * 6.0 + part(look, 3);
    let house = place.floor().max(0.0) as u64;
    let roof = 0.25 + part(look, 100 + house) * 0.4;
    if v < roof {
        return sky;
    }
    let wall = mix(near, far, part(look, 200 + house) * 0.8);
    let (column, row) = ((place.fract() * 5.0), (v * 18.0));
    let inside = (0.25..0.75).contains(&column.fract()) && (0.3..0.8).contains(&row.fract());
    let lit = part(
        look,
        300 + house * 97 + (column.floor() as u64) * 31 + row.floor() as u64,
    ) > 0.55;
    if inside && (1.0..4.0).contains(&column) && v > roof + 0.04 {
        if lit { light } else { mix(wall, above, 0.45) }
    } else {
        wall
    }
}

/// Rings on water.
fn ripples(look: u64, colours: &[Colour; 5], u: f64, v: f64, aspect: f64) -> Colour {
    let [above, below, light, near, far] = *colours;
    let mut height = 0.0;
    for drop in 0..3_u64 {
        let (x, y) = (part(look, 40 + drop) * aspect, part(look, 50 + drop));
        let distance = ((u * aspect - x).powi(2) + (v - y).powi(2)).sqrt();
        height += (distance * (22.0 + part(look, 60 + drop) * 20.0)).sin() / (1.0 + distance * 4.0);
    }
    let base = mix(mix(above, near, v), mix(below, far, v), u);
    if height > 0.0 {
        mix(base, light, height * 0.5)
    } else {
        mix(base, near, -height * 0.4)
    }
}

/// A face or a mirrored pattern.
fn avatar(look: u64, colours: &[Colour; 5], u: f64, v: f64) -> Colour {
    let [above, below, light, near, far] = *colours;
    let ground = mix(above, below, (u + v) / 2.0);
    if scatter(look ^ 5).is_multiple_of(2) {
        let (x, y) = (u - 0.5, v - 0.5);
        let near_to =
            |cx: f64, cy: f64, size: f64| (x - cx).powi(2) + (y - cy).powi(2) < size * size;
        let smile = (y - 0.1 - 0.06 + x * x * 1.1).abs() < 0.022 && x.abs() < 0.15;
        let gaze = (part(look, 6) - 0.5) * 0.05;
        return if near_to(-0.12 + gaze, -0.04, 0.042) || near_to(0.12 + gaze, -0.04, 0.042) || smile
        {
            near
        } else if near_to(0.0, 0.02, 0.33) {
            light
        } else if near_to(-0.25, -0.25, 0.13) || near_to(0.25, -0.25, 0.13) {
            far
        } else {
            ground
        };
    }
    let column = ((0.5 - (u - 0.5).abs()) * 8.0).floor() as u64;
    let row = (v * 8.0).floor() as u64;
    let bordered = (0.12..0.88).contains(&u) && (0.12..0.88).contains(&v);
    match (bordered, scatter(look ^ (column * 17 + row * 101)) % 5) {
        (true, 0 | 1) => near,
        (true, 2) => light,
        (true, 3) => far,
        _ => ground,
    }
}

/// A heart, a star, a blob or a ring on nothing.
fn emoji(look: u64, colours: &[Colour; 5], u: f64, v: f64) -> [u8; 4] {
    let [above, _, light, near, far] = *colours;
    let (x, y) = ((u - 0.5) * 2.2, (0.5 - v) * 2.2);
    let (radius, angle) = ((x * x + y * y).sqrt(), y.atan2(x));
    let (inside, bright) = match look % 4 {
        0 => {
            let (x, y) = (x * 1.15, y * 1.15 + 0.1);
            (
                (x * x + y * y - 0.6).powi(3) < x * x * y.powi(3) * 1.4,
                x < -0.1 && y > 0.2,
            )
        }
        1 => (
            radius < 0.55 + 0.38 * (angle * 5.0 - 1.57).cos().max(-0.4),
            radius < 0.3,
        ),
        2 => {
            let eyes = (x.abs() - 0.3).powi(2) + (y - 0.15).powi(2) < 0.02;
            (
                radius < 0.85 + 0.08 * (angle * 3.0 + part(look, 4) * 6.0).sin(),
                eyes,
            )
        }
        _ => ((0.45..0.95).contains(&radius), (angle * 4.0).sin() > 0.3),
    };
    match (inside, bright) {
        (false, _) => [0, 0, 0, 0],
        (true, true) => solid(if look % 4 == 2 { near } else { light }),
        (true, false) => solid(mix(far, above, radius * 0.6)),
    }
}

/// The picture as a PNG file.
pub(crate) fn png(look: u64, motif: Motif, width: u32, height: u32) -> Option<Vec<u8>> {
    let drawn = pixels(look, motif, width, height);
    let (kind, bytes): (png::ColorType, Vec<u8>) = match motif {
        Motif::Emoji => (png::ColorType::Rgba, drawn.into_iter().flatten().collect()),
        _ => (
            png::ColorType::Rgb,
            drawn
                .into_iter()
                .flat_map(|[red, green, blue, _]| [red, green, blue])
                .collect(),
        ),
    };
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, width, height);
    encoder.set_color(kind);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_compression(png::Compression::Fast);
    let mut writer = encoder.write_header().ok()?;
    writer.write_image_data(&bytes).ok()?;
    writer.finish().ok()?;
    Some(file)
}
