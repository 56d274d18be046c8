//! Lines and columns.

/// A place as people count it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// From 1.
    pub line: usize,
    /// From 1, in characters.
    pub column: usize,
}

/// Where a byte of a document stands.
pub fn place(html: &[u8], at: usize) -> Place {
    let before = html.get(..at).unwrap_or(html);
    let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
    let in_line = before.rsplit(|byte| *byte == b'\n').next().unwrap_or_default();
    Place { line, column: String::from_utf8_lossy(in_line).chars().count() + 1 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_and_columns_are_counted_from_one_in_characters() {
        let html = "äb\nüc<".as_bytes();
        assert_eq!(place(html, 0), Place { line: 1, column: 1 });
        assert_eq!(place(html, html.len() - 1), Place { line: 2, column: 3 });
    }
}
