//! Files of the program without what only their readers need.

/// A script or a sheet of styles without its comments and indentation.
pub fn bare(text: &str) -> String {
    let (mut bare, mut comment) = (String::with_capacity(text.len()), false);
    for line in text.lines().map(str::trim_start) {
        comment |= line.starts_with("/*");
        if !comment && !line.starts_with("//") && !line.is_empty() {
            bare.push_str(line);
            bare.push('\n');
        }
        comment &= !line.contains("*/");
    }
    bare
}
