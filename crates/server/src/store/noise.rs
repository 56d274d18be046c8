//! Noise for numbers that are given out.
//!
//! What this is: the discrete Laplace distribution, sampled exactly with whole numbers only (Canonne, Kamath, Steinke:
//! The Discrete Gaussian for Differential Privacy, 2020, algorithm 2). With floating-point numbers the lowest bits of a
//! sum would tell what was added (Mironov, 2012).

use super::{Entropy, Result};

/// A number around zero: `x` has a probability in proportion to `exp(-|x| / scale)`. With a scale of 0 it is zero.
pub(super) fn draw(entropy: &dyn Entropy, scale: u32) -> Result<i64> {
    let scale = u64::from(scale);
    if scale == 0 {
        return Ok(0);
    }
    loop {
        let low = below(entropy, scale)?;
        if !is_exp(entropy, low, scale)? {
            continue;
        }
        let mut high: u64 = 0;
        while is_exp(entropy, 1, 1)? {
            high += 1;
        }
        let size = i64::try_from(low.saturating_add(high.saturating_mul(scale))).unwrap_or(i64::MAX);
        let is_negative = below(entropy, 2)? == 1;
        // Zero has one sign.
        if !(is_negative && size == 0) {
            return Ok(if is_negative { -size } else { size });
        }
    }
}

/// Yes with a probability of `exp(-above / below)`, for `above` up to `below`.
fn is_exp(entropy: &dyn Entropy, over: u64, under: u64) -> Result<bool> {
    let mut tries: u64 = 1;
    while below(entropy, under.saturating_mul(tries))? < over {
        tries += 1;
    }
    Ok(tries % 2 == 1)
}

/// A number below `end`, each as likely as the others.
fn below(entropy: &dyn Entropy, end: u64) -> Result<u64> {
    let end = end.max(1);
    // Above the last full round the first numbers would be likelier.
    let rounds = u64::MAX - u64::MAX % end;
    loop {
        let mut bytes = [0; 8];
        entropy.fill(&mut bytes)?;
        let drawn = u64::from_le_bytes(bytes);
        if drawn < rounds {
            return Ok(drawn % end);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU64, Ordering};

    use super::*;

    /// The same numbers in each run (SplitMix64).
    struct Seeded(AtomicU64);

    impl Entropy for Seeded {
        fn fill(&self, bytes: &mut [u8]) -> Result<()> {
            for chunk in bytes.chunks_mut(8) {
                let mut z = self.0.fetch_add(0x9e37_79b9_7f4a_7c15, Ordering::SeqCst);
                z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
                z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
                chunk.copy_from_slice(&(z ^ (z >> 31)).to_le_bytes()[..chunk.len()]);
            }
            Ok(())
        }
    }

    const DRAWN: i64 = 100_000;

    fn drawn(scale: u32) -> Vec<i64> {
        let entropy = Seeded(AtomicU64::new(7));
        (0..DRAWN).map(|_| draw(&entropy, scale).unwrap()).collect()
    }

    #[test]
    fn the_noise_is_as_wide_as_it_is_said_to_be_and_leans_to_no_side() {
        for scale in [1_u32, 3, 10] {
            let drawn = drawn(scale);
            let q = (-1.0 / f64::from(scale)).exp();
            let mean = drawn.iter().sum::<i64>() as f64 / DRAWN as f64;
            let square = drawn.iter().map(|x| x * x).sum::<i64>() as f64 / DRAWN as f64;
            let expected = 2.0 * q / (1.0 - q).powi(2);
            assert!(mean.abs() < 0.02 * f64::from(scale), "{scale}: {mean}");
            assert!((square / expected - 1.0).abs() < 0.03, "{scale}: {square}, not {expected}");
            // Each step further is as much less likely as the one before.
            let count = |x: i64| drawn.iter().filter(|drawn| **drawn == x).count() as f64;
            for x in [0, 1, -1] {
                let further = if x < 0 { x - 1 } else { x + 1 };
                assert!((count(further) / count(x) / q - 1.0).abs() < 0.1, "{scale}: {x}");
            }
        }
    }

    #[test]
    fn without_a_scale_there_is_no_noise() {
        assert!(drawn(0).iter().all(|x| *x == 0));
    }
}
