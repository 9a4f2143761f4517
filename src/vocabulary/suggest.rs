//! "Did you mean …?": the nearest of a closed set of words.

/// The word that was probably meant: equal but for letter case and separators, or a slip of the
/// fingers away.
pub fn did_you_mean<'a>(
    written: &str,
    words: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    let written = plain(written);
    if written.is_empty() {
        return None;
    }
    let mut best: Option<(usize, &'a str)> = None;
    for word in words {
        let candidate = plain(word);
        if candidate == written {
            return Some(word);
        }
        let length = written.chars().count().max(candidate.chars().count());
        // One slip in a short word, one in three letters of a longer one; two letters say nothing.
        let allowed = match length {
            0..=2 => 0,
            3..=5 => 1,
            _ => length / 3,
        };
        let distance = strsim::damerau_levenshtein(&written, &candidate);
        if distance <= allowed && best.is_none_or(|(least, _)| distance < least) {
            best = Some((distance, word));
        }
    }
    best.map(|(_, word)| word)
}

fn plain(word: &str) -> String {
    word.chars()
        .filter(|c| c.is_alphanumeric() || *c == '.')
        .flat_map(char::to_lowercase)
        .collect()
}

/// Words for a sentence: "`a`, `b` or `c`", at most eight of them.
pub fn list_words<'a>(words: impl IntoIterator<Item = &'a str>) -> String {
    let words: Vec<String> = words.into_iter().map(|word| format!("`{word}`")).collect();
    match words.split_last() {
        None => "nothing".to_owned(),
        Some((only, [])) => only.clone(),
        Some((last, rest)) if rest.len() < 8 => format!("{} or {last}", rest.join(", ")),
        Some(_) => {
            let shown: Vec<&str> = words.iter().take(7).map(String::as_str).collect();
            format!(
                "{} or {} others",
                shown.join(", "),
                words.len() - shown.len()
            )
        }
    }
}
