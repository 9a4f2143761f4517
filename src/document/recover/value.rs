//! Values that are no strings, and words that should be strings.

use super::super::scan;
use super::super::syntax_error::{NumberMistake, SyntaxErrorKind, shortened};
use super::space::is_odd_space;
use super::{Expect, Recovery};

impl Recovery<'_> {
    pub(super) fn value(&mut self) -> Expect {
        let next = self.skip();
        let start = self.at;
        let at_root = self.stack.is_empty();
        match next {
            None => {
                if at_root && self.errors.is_empty() {
                    self.report(SyntaxErrorKind::EmptyFile, 0..0);
                }
                return Expect::After;
            }
            Some(b'"') => self.string(false),
            Some(b'{') => return self.open(true),
            Some(b'[') => return self.open(false),
            Some(close @ (b'}' | b']')) if at_root => {
                let found = char::from(close);
                self.report(SyntaxErrorKind::StrayClose { found }, start..start + 1);
                self.at += 1;
                return Expect::Value;
            }
            Some(b',' | b'}' | b']') if !at_root => {
                let end = self.last.end;
                self.report(SyntaxErrorKind::MissingValue, end..end);
            }
            Some(found @ (b',' | b':')) => {
                let found = char::from(found);
                self.report(SyntaxErrorKind::Unexpected { found }, start..start + 1);
                self.at += 1;
                return Expect::Value;
            }
            _ if self.wrong_quotes() => {}
            _ => return self.bare_value(),
        }
        Expect::After
    }

    /// A number or word, or a text without quotes.
    fn bare_value(&mut self) -> Expect {
        let start = self.at;
        let end = self.token_end(start);
        let token = self.text.get(start..end).unwrap_or_default();
        let read = read_token(token).filter(|_| self.ends_entry(end));
        if self.stack.is_empty() && !matches!(read, Some(Token::Valid | Token::Mistake(_))) {
            // A comment in it is a heading of whatever it is.
            self.errors.clear();
            let line = self.line_end(start);
            self.report(
                SyntaxErrorKind::NotJson,
                start..line.max(start + self.char_len(start)),
            );
            return Expect::End;
        }
        match read {
            Some(Token::Valid) => self.accept(end),
            Some(Token::Mistake(kind)) => {
                let is_zeros = token.starts_with('0');
                match self.grouped_number().filter(|_| is_zeros) {
                    Some(end) => self.accept(end),
                    None => {
                        self.report(kind, start..end);
                        self.accept(end);
                    }
                }
            }
            None => {
                let Some(end) = self.bare_end(false) else {
                    return self.unexpected();
                };
                let text = self.text.get(start..end).unwrap_or_default();
                let text = shortened(text.trim_end_matches('"'));
                self.report(SyntaxErrorKind::UnquotedText { text }, start..end);
                self.accept(end);
            }
        }
        Expect::After
    }

    /// Whether a name or value can start here, with or without quotes.
    pub(super) fn starts_entry(&self) -> bool {
        self.next_char().is_some_and(|c| {
            c.is_alphanumeric() || "\"{[-+._$".contains(c) || super::string::closers(c).is_some()
        })
    }

    fn token_end(&self, start: usize) -> usize {
        let rest = self.text.get(start..).unwrap_or_default();
        let len = rest.find(|c: char| !(c.is_alphanumeric() || "_+-.".contains(c)));
        start + len.unwrap_or(rest.len())
    }

    /// Whether a number or word that ends at `end` is all there is, and not the beginning of a
    /// text such as `12 months` or `10:30`.
    fn ends_entry(&self, end: usize) -> bool {
        let rest = self.text.get(end..).unwrap_or_default();
        let next = rest.trim_start_matches([' ', '\t']);
        let spaced = next.len() < rest.len();
        let Some(c) = next.chars().next() else {
            return true;
        };
        match c {
            ':' => {
                spaced
                    || !next
                        .get(1..)
                        .is_some_and(|n| n.starts_with(|c: char| c.is_ascii_digit()))
            }
            '/' => next.starts_with("//") || next.starts_with("/*"),
            _ if c.is_control() || is_odd_space(c) || "{}[],;|\"'#，、；".contains(c) => true,
            _ if spaced && c.is_alphanumeric() || c == '-' => {
                let at = self.bytes.len() - next.len();
                read_token(self.text.get(at..self.token_end(at)).unwrap_or_default()).is_some()
            }
            _ => false,
        }
    }

    /// The end of the text without quotes that starts here; none if there is no word in it.
    pub(super) fn bare_end(&self, is_name: bool) -> Option<usize> {
        let start = self.at;
        let mut end = start;
        let mut spaced = false;
        while let Some(c) = self.char_at(end) {
            let comment = spaced && self.comment_end(end).is_some();
            let separator = is_name && matches!(c, ':' | '=' | '：');
            if comment || separator || "{}[],，、；".contains(c) || (c.is_control() && c != '\t')
            {
                break;
            }
            if c == '"' {
                // Only the opening quote was forgotten.
                let next = self.space_end(end + 1);
                let ends = match self.bytes.get(next) {
                    Some(b':') => is_name,
                    Some(b',' | b'}' | b']') | None => !is_name,
                    Some(_) => false,
                };
                end += usize::from(ends && end > start);
                break;
            }
            spaced = c.is_whitespace() || is_odd_space(c);
            end += c.len_utf8();
        }
        let text = self.text.get(start..end).unwrap_or_default().trim_end();
        text.contains(char::is_alphanumeric)
            .then_some(start + text.len())
    }

    /// Adds `start..end` to the text without quotes before the comma, if there was one: then
    /// the comma was part of it.
    pub(super) fn continues_text(&mut self, start: usize, end: usize) -> bool {
        let Some(error) = self.errors.last_mut() else {
            return false;
        };
        let SyntaxErrorKind::UnquotedText { text } = &mut error.kind else {
            return false;
        };
        let between = self
            .text
            .get(error.at.end as usize..start)
            .unwrap_or_default();
        if between.trim() != "," {
            return false;
        }
        let whole = self
            .text
            .get(error.at.start as usize..end)
            .unwrap_or_default();
        *text = shortened(whole);
        error.at.end = end as u32;
        true
    }

    /// The end of the number that goes on here behind a comma, which is reported: `1,000`.
    /// In an array only what cannot be an element of its own.
    pub(super) fn grouped_number(&mut self) -> Option<usize> {
        let here = self.at;
        let head = self.text.get(..here)?.strip_suffix(',')?;
        let head_start = head
            .trim_end_matches(|c: char| c.is_ascii_digit() || c == '-')
            .len();
        let head = head
            .get(head_start..)
            .filter(|head| head.ends_with(|c: char| c.is_ascii_digit()))?;
        let mut end = here;
        let mut write = head.to_owned();
        let mut groups = 0;
        loop {
            let rest = self.text.get(end..)?;
            let digits = rest
                .find(|c: char| !c.is_ascii_digit())
                .unwrap_or(rest.len());
            write.push_str(rest.get(..digits)?);
            end += digits;
            groups += 1;
            let grouped = digits == 3;
            let more = self.text.get(end..)?.strip_prefix(',');
            let more = more.is_some_and(|more| more.starts_with(|c: char| c.is_ascii_digit()));
            if grouped && more {
                end += 1;
                continue;
            }
            let in_object = self.stack.last().is_some_and(|frame| frame.is_object);
            let mistake = if grouped {
                NumberMistake::Grouped { write }
            } else if groups == 1 && digits > 0 && in_object {
                let decimals = self.text.get(here..end)?;
                NumberMistake::DecimalComma {
                    write: format!("{head}.{decimals}"),
                }
            } else {
                return None;
            };
            let text = shortened(self.text.get(head_start..end)?);
            self.report(
                SyntaxErrorKind::BadNumber { text, mistake },
                head_start..end,
            );
            return Some(end);
        }
    }

    fn char_len(&self, at: usize) -> usize {
        self.char_at(at).map_or(0, char::len_utf8)
    }
}

enum Token {
    Valid,
    Mistake(SyntaxErrorKind),
}

/// What a token without quotes is; none if it is just a text.
fn read_token(token: &str) -> Option<Token> {
    let misspelled = |write| SyntaxErrorKind::Misspelled {
        found: token.to_owned(),
        write,
    };
    let lower = token.to_lowercase();
    if matches!(token, "true" | "false" | "null")
        || (!token.is_empty() && scan::number(token.as_bytes(), 0) == Ok(token.len()))
    {
        return Some(Token::Valid);
    }
    Some(Token::Mistake(match lower.as_str() {
        "true" | "tru" | "ture" | "treu" => misspelled("true"),
        "false" | "fals" | "flase" | "fasle" => misspelled("false"),
        "null" | "nul" | "nil" | "undefined" => misspelled("null"),
        // `none` in small letters is a word of the format without its quotes.
        "none" if token == "None" => misspelled("null"),
        "nan" | "inf" | "infinity" | "-nan" | "-inf" | "-infinity" | "+inf" | "+infinity" => {
            SyntaxErrorKind::NotANumber {
                found: token.to_owned(),
            }
        }
        _ => SyntaxErrorKind::BadNumber {
            text: shortened(token),
            mistake: number_mistake(token)?,
        },
    }))
}

/// What is wrong with a number; none if it is no number at all, a date for example.
fn number_mistake(token: &str) -> Option<NumberMistake> {
    let valid = |text: &str| scan::number(text.as_bytes(), 0) == Ok(text.len());
    let (sign, body) = match token.strip_prefix('-') {
        Some(body) => ("-", body),
        None => ("", token),
    };
    let checked = |body: &str| Some(format!("{sign}{body}")).filter(|text| valid(text));
    if body.is_empty() && !token.is_empty() {
        return Some(NumberMistake::NoDigits);
    }
    if let Some(write) = body.strip_prefix('+').and_then(checked) {
        return Some(NumberMistake::PlusSign { write });
    }
    let is_based = ["0x", "0X", "0o", "0O", "0b", "0B"].iter().any(|base| {
        let digits = body.strip_prefix(base).unwrap_or_default();
        !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_hexdigit())
    });
    if is_based {
        return Some(NumberMistake::NotDecimal);
    }
    if !body.starts_with(|c: char| c.is_ascii_digit()) {
        let write = body
            .starts_with('.')
            .then(|| checked(&format!("0{body}")))??;
        return Some(NumberMistake::NoDigitBeforePoint { write });
    }
    if body.contains('_') {
        let write = checked(&body.replace('_', ""))?;
        return Some(NumberMistake::Grouped { write });
    }
    let significant = body.trim_start_matches('0');
    if significant.len() < body.len() {
        let starts_low = significant.starts_with(|c: char| c.is_ascii_digit());
        let zero = if starts_low { "" } else { "0" };
        if let Some(write) = checked(&format!("{zero}{significant}")) {
            return Some(NumberMistake::LeadingZero { write });
        }
    }
    let pointless = body.replace(".e", "e").replace(".E", "E");
    if let Some(write) = checked(pointless.strip_suffix('.').unwrap_or(&pointless)) {
        return Some(NumberMistake::NoDigitAfterPoint { write });
    }
    let mantissa = body
        .trim_end_matches(['+', '-'])
        .trim_end_matches(['e', 'E']);
    let has_exponent = mantissa.len() < body.len() && !body.ends_with(|c: char| c.is_ascii_digit());
    let sign_only = body.trim_end_matches(['+', '-']).ends_with(['e', 'E']);
    (has_exponent && sign_only && checked(mantissa).is_some()).then_some(NumberMistake::NoExponent)
}
