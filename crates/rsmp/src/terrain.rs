//! Fractal terrain: a field that looks like an ocean floor with continents, the same on every machine.

/// Noise on lattices of doubling resolution, cyclic in longitude.
#[derive(Debug)]
pub(crate) struct Terrain {
    n_lat: usize,
    n_lon: usize,
    octaves: Vec<Octave>,
}

#[derive(Debug)]
struct Octave {
    seed: u64,
    rows: usize,
    columns: usize,
    amplitude: f32,
    /// Per target column: the lattice column to its west, and the weight of the one to its east.
    stencil: Vec<(u32, f32)>,
}

impl Terrain {
    pub(crate) fn new(n_lat: usize, n_lon: usize) -> Self {
        let octave = |i: usize| {
            let (rows, columns) = (3 << i, 6 << i);
            let stencil = (0..n_lon).map(|x| {
                let at = x as f64 / n_lon as f64 * columns as f64;
                (at as u32, smooth(at.fract() as f32))
            });
            Octave {
                seed: 0x5eed + i as u64,
                rows,
                columns,
                amplitude: 0.55_f32.powi(i as i32),
                stencil: stencil.collect(),
            }
        };
        // Finer lattices than the grid add nothing.
        let octaves = (0..12)
            .take_while(|i| (6 << i) < n_lon)
            .map(octave)
            .collect();
        Self {
            n_lat,
            n_lon,
            octaves,
        }
    }

    /// Heights of one row in metres: depths are negative, land is NaN.
    pub(crate) fn row(&self, row: usize) -> Vec<f32> {
        let mut heights = vec![0.0_f32; self.n_lon];
        for octave in &self.octaves {
            let at = row as f64 / self.n_lat as f64 * octave.rows as f64;
            let (south, weight) = (at as usize, smooth(at.fract() as f32));
            let lattice: Vec<f32> = (0..=octave.columns)
                .map(|column| {
                    let column = column % octave.columns;
                    let low = octave.noise(south, column);
                    low + (octave.noise(south + 1, column) - low) * weight
                })
                .collect();
            for (height, &(west, weight)) in heights.iter_mut().zip(&octave.stencil) {
                let (low, high) = (lattice[west as usize], lattice[west as usize + 1]);
                *height += (low + (high - low) * weight) * octave.amplitude;
            }
        }
        for height in &mut heights {
            let metres = *height * 5200.0 - 1900.0;
            *height = if metres < 0.0 { metres } else { f32::NAN };
        }
        heights
    }
}

impl Octave {
    /// A number from -1 to 1 for a lattice point: the mixing function of `SplitMix64` (Steele, Lea and
    /// Flood, "Fast splittable pseudorandom number generators", 2014).
    fn noise(&self, row: usize, column: usize) -> f32 {
        let mut z = self.seed << 48 ^ (row as u64) << 24 ^ column as u64;
        z = z.wrapping_add(0x9e37_79b9_7f4a_7c15);
        z = (z ^ z >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ z >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^= z >> 31;
        (z >> 40) as f32 / (1 << 23) as f32 - 1.0
    }
}

fn smooth(t: f32) -> f32 {
    t * t * (3.0 - 2.0 * t)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terrain_is_deterministic_cyclic_and_partly_land() {
        let terrain = Terrain::new(90, 180);
        let rows: Vec<Vec<f32>> = (0..90).map(|row| terrain.row(row)).collect();
        let all = || rows.iter().flatten();
        let land = all().filter(|height| height.is_nan()).count() as f64 / all().count() as f64;
        assert!((0.1..0.6).contains(&land), "{land}");
        assert!(all().all(|height| height.is_nan() || (-12_000.0..0.0).contains(height)));
        let again = Terrain::new(90, 180).row(45);
        assert_eq!(
            again.iter().map(|v| v.to_bits()).collect::<Vec<_>>(),
            rows[45].iter().map(|v| v.to_bits()).collect::<Vec<_>>()
        );
        let seam = all().zip(rows.iter().flatten().skip(179)).step_by(180);
        let jumps = seam.filter(|(a, b)| (*a - *b).abs() > 1500.0).count();
        assert!(jumps < 9, "the seam is no cliff: {jumps}");
    }
}
