//! Conditions, values and texts as the engine reads them: compiled, resolved, with the place in the
//! rule file each came from.
//!
//! The language is small and total: no loops, no user functions. A definition may call itself only
//! on an element of a list inside its subject, so that every evaluation ends.

use crate::document::Key;
use crate::rule::table::Lookup;
use crate::source::Span;
use crate::truth::Truth;
use crate::vocabulary::ShapeId;
use jiff::civil::Date;
use regex::Regex;
use std::sync::OnceLock;

/// A place in the frame of a rule or definition where a name is bound.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slot(pub u16);

impl Slot {
    /// The proposal.
    pub const ROOT: Self = Self(0);
    /// The date on which the law is asked.
    pub const LAW_DATE: Self = Self(1);
    /// The date of the check.
    pub const AS_OF: Self = Self(2);
    /// The subject of a definition.
    pub const IT: Self = Self(3);
}

/// A path from a bound name to a field.
#[derive(Clone, Debug)]
pub struct Path {
    pub slot: Slot,
    pub segments: Vec<Segment>,
    /// As written in the rule.
    pub text: String,
    pub value: ValueType,
    /// The field the last step names: its object, and its index there.
    pub field: Option<(ShapeId, usize)>,
}

/// One step of a [`Path`].
#[derive(Clone, Debug)]
pub struct Segment {
    pub key: Key,
    /// The value names a document, and the next step is taken there.
    pub linked: bool,
}

/// What a path leads to, known when the rule is compiled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ValueType {
    Text,
    /// A word of a closed set.
    Word(ShapeId),
    YesNo,
    Number,
    Date,
    Duration,
    Object(ShapeId),
    List(ShapeId),
}

impl ValueType {
    /// For messages about rules.
    pub fn in_words(self) -> &'static str {
        match self {
            Self::Text => "a text",
            Self::Word(_) => "a word",
            Self::YesNo => "a yes or no",
            Self::Number => "a number",
            Self::Date => "a date",
            Self::Duration => "a duration",
            Self::Object(_) => "an object",
            Self::List(_) => "a list",
        }
    }
}

/// A number as an exact decimal: 10⁻¹² steps, so that shares such as 33.4 add up exactly.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Decimal(i128);

impl Decimal {
    const SCALE: u32 = 12;

    /// Zero.
    pub const ZERO: Self = Self(0);

    /// A whole number.
    pub fn whole(number: i64) -> Self {
        Self(i128::from(number) * 10_i128.pow(Self::SCALE))
    }

    /// Reads a JSON number; `None` if it has more than 12 decimal places or does not fit
    /// ±10²⁴.
    pub fn parse(text: &str) -> Option<Self> {
        let (mantissa, exponent) = match text.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().ok()?),
            None => (text, 0),
        };
        let (negative, mantissa) = match mantissa.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, mantissa),
        };
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let fraction = fraction.trim_end_matches('0');
        let mut digits: i128 = 0;
        for byte in whole.bytes().chain(fraction.bytes()) {
            let digit = byte.is_ascii_digit().then(|| i128::from(byte - b'0'))?;
            digits = digits.checked_mul(10)?.checked_add(digit)?;
        }
        if digits == 0 {
            return Some(Self::ZERO);
        }
        let places = i32::try_from(fraction.len()).ok()?;
        let shift = i32::try_from(Self::SCALE)
            .ok()?
            .checked_add(exponent)?
            .checked_sub(places)?;
        let scaled = if shift >= 0 {
            let factor = 10_i128.checked_pow(u32::try_from(shift).ok()?)?;
            digits.checked_mul(factor)?
        } else {
            let divisor = 10_i128.checked_pow(u32::try_from(-shift).ok()?)?;
            (digits % divisor == 0).then(|| digits / divisor)?
        };
        let limit = 10_i128.pow(24 + Self::SCALE);
        (scaled <= limit).then_some(Self(if negative { -scaled } else { scaled }))
    }

    /// Sum, staying at the largest number instead of overflowing.
    pub fn plus(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }

    /// Difference.
    pub fn minus(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

impl std::fmt::Display for Decimal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let scale = 10_u128.pow(Self::SCALE);
        let magnitude = self.0.unsigned_abs();
        let sign = if self.0 < 0 { "-" } else { "" };
        write!(f, "{sign}{}", magnitude / scale)?;
        let fraction = format!("{:012}", magnitude % scale);
        let fraction = fraction.trim_end_matches('0');
        if fraction.is_empty() {
            Ok(())
        } else {
            write!(f, ".{fraction}")
        }
    }
}

/// A calendar duration, compared by where it leads from one fixed day (2000-01-01).
#[derive(Clone, Copy, Debug)]
pub struct Duration {
    pub span: jiff::Span,
    end: Date,
}

impl Duration {
    /// Reads an ISO 8601 duration in years, months, weeks and days, such as `P18M`.
    pub fn parse(text: &str) -> Option<Self> {
        let plain = text.starts_with('P') && !text.contains('T');
        let span: jiff::Span = plain.then(|| text.parse().ok())??;
        let end = jiff::civil::date(2000, 1, 1).checked_add(span).ok()?;
        Some(Self { span, end })
    }
}

impl PartialEq for Duration {
    fn eq(&self, other: &Self) -> bool {
        self.end == other.end
    }
}

impl PartialOrd for Duration {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        self.end.partial_cmp(&other.end)
    }
}

/// Reads a date written `YYYY-MM-DD`, and nothing else that a date library would accept.
pub fn parse_date(text: &str) -> Option<Date> {
    let bytes = text.as_bytes();
    let &[a, b, c, d, b'-', e, f, b'-', g, h] = bytes else {
        return None;
    };
    let digits = [a, b, c, d, e, f, g, h];
    if !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let number = |digits: &[u8]| {
        digits
            .iter()
            .fold(0_i16, |n, b| n * 10 + i16::from(b - b'0'))
    };
    let year = number(&[a, b, c, d]);
    let month = i8::try_from(number(&[e, f])).ok()?;
    let day = i8::try_from(number(&[g, h])).ok()?;
    Date::new(year, month, day).ok()
}

/// A literal of a rule.
#[derive(Clone, Debug, PartialEq)]
pub enum Literal {
    Text(String),
    YesNo(bool),
    Number(Decimal),
    Date(Date),
    Duration(Duration),
}

/// Something to compare with.
#[derive(Clone, Debug)]
pub struct Term {
    pub base: TermBase,
    /// Added to a date; negative for `minus`.
    pub shift: Option<jiff::Span>,
}

/// Where the value of a [`Term`] comes from.
#[derive(Clone, Debug)]
pub enum TermBase {
    Literal(Literal),
    Path(Path),
    /// The first of these that is stated.
    FirstStated(Vec<Path>),
    /// A cell of the matching row.
    Cell {
        lookup: Box<Lookup>,
        column: usize,
    },
}

/// An order between two values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    Less,
    AtMost,
    AtLeast,
    More,
}

impl Order {
    /// Whether `left` stands so to `right`.
    pub fn holds<T: PartialOrd>(self, left: &T, right: &T) -> bool {
        match self {
            Self::Less => left < right,
            Self::AtMost => left <= right,
            Self::AtLeast => left >= right,
            Self::More => left > right,
        }
    }
}

/// A condition with what the rule says about it.
#[derive(Clone, Debug)]
pub struct Condition {
    pub kind: ConditionKind,
    pub site: Site,
}

/// Where a condition stands in its file, and its own sentences.
#[derive(Clone, Debug)]
pub struct Site {
    pub span: Span,
    /// The label on the value where the condition is a reason.
    pub because: Option<Box<Template>>,
    /// The label on the value where the condition fails.
    pub otherwise: Option<Box<Template>>,
}

/// See `rules/README.md`, "Conditions".
#[derive(Clone, Debug)]
pub enum ConditionKind {
    All(Vec<Condition>),
    Any(Vec<Condition>),
    Not(Box<Condition>),
    /// Present and readable, and not being clarified.
    Stated(Path),
    /// Present: a claim that is absent is not made, one that is being clarified may be.
    Claimed(Path),
    Quantified {
        quantifier: Quantifier,
        list: Path,
        slot: Slot,
        /// `None`: any element will do.
        body: Option<Box<Condition>>,
        /// For a list that is absent: as if it were empty.
        assume: Option<Box<Assume>>,
    },
    Count {
        list: Path,
        slot: Slot,
        body: Option<Box<Condition>>,
        order: Vec<(Order, Term)>,
    },
    Sum {
        list: Path,
        slot: Slot,
        of: Path,
        whole: Option<Decimal>,
        body: Option<Box<Condition>>,
        order: Vec<(Order, Term)>,
    },
    Test {
        subject: Term,
        test: Test,
        assume: Option<Box<Assume>>,
    },
    Holds {
        definition: usize,
        of: Path,
        arguments: Vec<Term>,
    },
    Table(Box<Lookup>),
    /// The law itself is contested here.
    Unsettled(String),
}

/// How many elements of a list must satisfy a condition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quantifier {
    Some,
    Every,
    None,
}

impl Quantifier {
    /// The answer of an element that decides by itself: `some` and `none` look for a true one, `every`
    /// for a false one.
    pub fn sought(self) -> Truth {
        match self {
            Self::Some | Self::None => Truth::True,
            Self::Every => Truth::False,
        }
    }

    /// That answer, if this answer to the whole says that it was found.
    pub fn found(self, truth: Truth) -> Option<Truth> {
        ((truth == Truth::True) == (self == Self::Some)).then(|| self.sought())
    }
}

/// A test of one value.
#[derive(Clone, Debug)]
pub enum Test {
    /// Equal to one of these; `negated` for `is_not`, `not_in`.
    In {
        terms: Vec<Term>,
        negated: bool,
    },
    /// A taxonomy key that is, or stands below, one of these.
    IsA {
        terms: Vec<Term>,
        negated: bool,
    },
    Matches(Pattern),
    Order(Order, Term),
    /// A list of scalars that holds one of (or all of) these.
    Includes {
        terms: Vec<Term>,
        all: bool,
    },
}

/// A regular expression, compiled when it is first asked: most runs ask few of them.
#[derive(Clone, Debug)]
pub struct Pattern {
    text: String,
    regex: OnceLock<Option<Regex>>,
}

impl Pattern {
    /// A pattern that is known to be one, because a test compiled it.
    pub fn lazy(text: String) -> Self {
        Self {
            text,
            regex: OnceLock::new(),
        }
    }

    /// A pattern, compiled now.
    ///
    /// # Errors
    ///
    /// What is wrong with it.
    pub fn checked(text: String) -> Result<Self, regex::Error> {
        let regex = OnceLock::from(Some(Regex::new(&text)?));
        Ok(Self { text, regex })
    }

    /// Whether it is found in a text; `None` if it is no pattern.
    pub fn is_match(&self, text: &str) -> Option<bool> {
        let regex = self.regex.get_or_init(|| Regex::new(&self.text).ok());
        regex.as_ref().map(|regex| regex.is_match(text))
    }
}

/// What to proceed on where a field is absent.
#[derive(Clone, Debug)]
pub struct Assume {
    pub value: String,
    pub because: String,
    /// Whether the test holds of the assumed value.
    pub holds: bool,
}

/// A text with placeholders.
#[derive(Clone, Debug, Default)]
pub struct Template {
    pub parts: Vec<Part>,
}

/// A piece of a [`Template`].
#[derive(Clone, Debug)]
pub enum Part {
    Text(String),
    Path(Path),
}

/// Alternatives of which the first whose condition is true speaks.
#[derive(Clone, Debug, Default)]
pub struct Say {
    pub alternatives: Vec<(Option<Condition>, Template)>,
}
