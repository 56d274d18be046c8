//! Tables, as Markdown has them, so that they can go into a document as they are.

/// Lines of a table; the first is its head. The first column is text, all others are numbers.
pub fn text(lines: &[Vec<String>]) -> String {
    let columns = lines.iter().map(Vec::len).max().unwrap_or_default();
    let width = |column: usize| {
        lines.iter().filter_map(|line| line.get(column)).map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..columns).map(width).collect();
    let mut text = String::new();
    for (number, line) in lines.iter().enumerate() {
        for (column, width) in widths.iter().enumerate() {
            let cell = line.get(column).map_or("", String::as_str);
            if column == 0 {
                text += &format!("| {cell:<width$} ");
            } else {
                text += &format!("| {cell:>width$} ");
            }
        }
        text += "|\n";
        if number == 0 {
            for (column, width) in widths.iter().enumerate() {
                let colon = if column == 0 { "-" } else { ":" };
                text += &format!("|{}{colon}", "-".repeat(width + 1));
            }
            text += "|\n";
        }
    }
    text
}

/// The middle of some numbers.
pub fn median(numbers: impl IntoIterator<Item = f64>) -> f64 {
    let mut numbers: Vec<f64> = numbers.into_iter().collect();
    numbers.sort_by(f64::total_cmp);
    let middle = numbers.len() / 2;
    let at = |place: usize| numbers.get(place).copied().unwrap_or(f64::NAN);
    if numbers.len() % 2 == 1 { at(middle) } else { (at(middle) + at(middle.wrapping_sub(1))) / 2.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_is_markdown() {
        let lines = [vec!["what".to_string(), "per second".into()], vec!["records".into(), "12".into()]];
        let wanted = "| what    | per second |\n|---------|-----------:|\n| records |         12 |\n";
        assert_eq!(text(&lines), wanted);
    }

    #[test]
    fn the_middle_is_between_two() {
        assert!((median([4.0, 1.0, 2.0]) - 2.0).abs() < 1e-9);
        assert!((median([4.0, 1.0]) - 2.5).abs() < 1e-9);
    }
}
