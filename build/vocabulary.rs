//! `schemas/`: the shapes of the document formats as constants, and their texts without remarks for
//! the validator, which reads none of them.

use serde_json::Value;
use std::collections::HashMap;
use std::error::Error;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

/// The document formats: as written in `schema`, and the file of their schema.
const FORMATS: [(&str, &str); 2] = [
    ("transfer-proposal/1", "transfer-proposal"),
    ("organisation-profile/1", "organisation-profile"),
];

/// Writes `vocabulary.rs` and the bare schemas.
pub(crate) fn embed(folder: &Path, out: &Path) -> Result<(), Box<dyn Error>> {
    let mut shapes = Shapes::default();
    let mut roots = String::new();
    for (format, (name, file)) in FORMATS.iter().enumerate() {
        let text = fs::read_to_string(folder.join(format!("{file}.schema.json")))?;
        let mut schema: Value =
            serde_json::from_str(&text).map_err(|error| format!("{file}: {error}"))?;
        let root = Reader {
            schema: &schema,
            format,
            read: HashMap::new(),
            shapes: &mut shapes,
        }
        .shape(&schema)?;
        writeln!(roots, "    ({name:?}, ShapeId({root})),")?;
        strip(&mut schema, false);
        fs::write(out.join(format!("{file}.bare.json")), schema.to_string())?;
    }
    let mut code = String::from("static SHAPES: &[Shape] = &[\n");
    for shape in &shapes.code {
        writeln!(code, "    {shape},")?;
    }
    writeln!(code, "];\nstatic ROOTS: &[(&str, ShapeId)] = &[\n{roots}];")?;
    code.push_str("static TYPES: &[(&str, ShapeId)] = &[\n");
    for (_, name, id) in &shapes.types {
        writeln!(code, "    ({name:?}, ShapeId({id})),")?;
    }
    let countries = shapes.countries.ok_or("no schema has the countries")?;
    writeln!(
        code,
        "];\nstatic COUNTRIES: ShapeId = ShapeId({countries});"
    )?;
    fs::write(out.join("vocabulary.rs"), code)?;
    Ok(())
}

/// Takes remarks out of a schema: what a validator does not read.
fn strip(value: &mut Value, names: bool) {
    match value {
        Value::Object(map) => {
            if !names {
                map.retain(|key, _| {
                    !matches!(
                        key.as_str(),
                        "description" | "title" | "enumDescriptions" | "examples" | "$id"
                    ) && !key.starts_with("x-")
                });
            }
            for (key, value) in map.iter_mut() {
                strip(
                    value,
                    !names && matches!(key.as_str(), "properties" | "$defs" | "patternProperties"),
                );
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| strip(item, false)),
        _ => {}
    }
}

#[derive(Default)]
struct Shapes {
    /// One Rust expression a shape.
    code: Vec<String>,
    /// Format, `$defs` name and number of every object type; the first format wins a name.
    types: Vec<(usize, String, usize)>,
    countries: Option<usize>,
}

struct Reader<'a> {
    schema: &'a Value,
    format: usize,
    /// Nodes already read, by address, so that recursive types end.
    read: HashMap<*const Value, usize>,
    shapes: &'a mut Shapes,
}

impl<'a> Reader<'a> {
    fn target(&self, node: &Value) -> Option<(String, &'a Value)> {
        let name = node.get("$ref")?.as_str()?.strip_prefix("#/$defs/")?;
        Some((name.to_owned(), self.schema.get("$defs")?.get(name)?))
    }

    /// The end of a chain of references, with the name of its last entry.
    fn resolve(&self, node: &'a Value) -> (String, &'a Value) {
        let mut at = (String::new(), node);
        while let Some(next) = self.target(at.1) {
            at = next;
        }
        at
    }

    /// An annotation of a property: the outermost along its chain of references wins.
    fn annotation(&self, property: &'a Value, name: &str) -> Option<&'a Value> {
        let mut at = property;
        loop {
            if let Some(found) = at.get(name) {
                return Some(found);
            }
            at = self.target(at)?.1;
        }
    }

    fn shape(&mut self, node: &'a Value) -> Result<usize, Box<dyn Error>> {
        let (name, node) = self.resolve(node);
        let address = std::ptr::from_ref(node);
        if let Some(id) = self.read.get(&address) {
            return Ok(*id);
        }
        let id = self.shapes.code.len();
        self.shapes.code.push(String::new());
        self.read.insert(address, id);
        let code = self.build(&name, node, id)?;
        if let Some(slot) = self.shapes.code.get_mut(id) {
            *slot = code;
        }
        Ok(id)
    }

    fn build(&mut self, name: &str, node: &'a Value, id: usize) -> Result<String, Box<dyn Error>> {
        let mut real = node;
        let mut own_words = false;
        if let Some(branches) = node.get("anyOf").and_then(Value::as_array) {
            // By convention the first branch is the word `unknown`, the second the real type.
            let [first, second] = branches.as_slice() else {
                return Err(format!("`anyOf` in `{name}` needs two branches").into());
            };
            own_words = first
                .get("$ref")
                .and_then(Value::as_str)
                .is_some_and(|r| r.ends_with("_or_own"));
            real = self.resolve(second).1;
        }
        if real.get("enum").is_some() {
            return self.words(name, node, real, own_words, id);
        }
        if let Some(constant) = real.get("const").and_then(Value::as_str) {
            return Ok(format!("Shape::Const({constant:?})"));
        }
        let kind = real.get("type").and_then(Value::as_str).unwrap_or_default();
        let format = real
            .get("format")
            .or(real.get("x-format"))
            .and_then(Value::as_str);
        Ok(match (kind, format) {
            ("object", _) => self.object(name, real, id)?,
            ("array", _) => {
                let items = real
                    .get("items")
                    .ok_or_else(|| format!("the list `{name}` has no `items`"))?;
                let item = self.shape(items)?;
                let key = option(real.get("x-key"));
                let not_empty = real.get("minItems").is_some();
                format!(
                    "Shape::List(List {{ item: ShapeId({item}), key: {key}, not_empty: {not_empty} }})"
                )
            }
            ("string", Some("date")) => "Shape::Date".to_owned(),
            ("string", Some("duration")) => "Shape::Duration".to_owned(),
            ("boolean", _) => "Shape::YesNo".to_owned(),
            ("integer", _) => "Shape::Number { whole: true }".to_owned(),
            ("number", _) => "Shape::Number { whole: false }".to_owned(),
            _ => "Shape::Text".to_owned(),
        })
    }

    fn words(
        &mut self,
        name: &str,
        outer: &Value,
        real: &Value,
        own_words: bool,
        id: usize,
    ) -> Result<String, Box<dyn Error>> {
        let either = |key: &str| outer.get(key).or_else(|| real.get(key));
        let list = real
            .get("enum")
            .and_then(Value::as_array)
            .ok_or("`enum` is no list")?;
        let meanings = real.get("enumDescriptions").and_then(Value::as_array);
        let meanings = meanings.filter(|meanings| meanings.len() == list.len());
        let meanings =
            meanings.ok_or_else(|| format!("`{name}` does not say what its words mean"))?;
        let words: String = list
            .iter()
            .zip(meanings)
            .map(|(word, meaning)| {
                format!(
                    "Word {{ text: {word}, meaning: {meaning:?} }}, ",
                    meaning = text(meaning)
                )
            })
            .collect();
        let taxonomy = either("x-taxonomy").is_some();
        let country = either("x-words").and_then(Value::as_str) == Some("country");
        if country && self.shapes.countries.is_none() {
            self.shapes.countries = Some(id);
        }
        let ambiguous: String = either("x-ambiguous")
            .and_then(Value::as_object)
            .into_iter()
            .flatten()
            .map(|(word, several)| format!("({word:?}, &{several}), "))
            .collect();
        let mut sorted: Vec<(&str, usize)> = list
            .iter()
            .enumerate()
            .filter_map(|(index, word)| Some((word.as_str()?, index)))
            .collect();
        sorted.sort_unstable();
        let sorted: String = sorted
            .iter()
            .map(|(_, index)| format!("{index}, "))
            .collect();
        let circumstances: String = either("x-circumstances")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .map(|word| format!("{word}, "))
            .collect();
        let aliases = pairs(either("x-aliases"));
        let refused = pairs(either("x-not-certifications"));
        Ok(format!(
            "Shape::Words(Words {{ name: {name:?}, words: &[{words}], sorted: &[{sorted}], taxonomy: {taxonomy}, country: {country}, \
             aliases: {aliases}, ambiguous: &[{ambiguous}], refused: {refused}, circumstances: &[{circumstances}], own_words: {own_words} }})"
        ))
    }

    fn object(&mut self, name: &str, node: &'a Value, id: usize) -> Result<String, Box<dyn Error>> {
        if !name.is_empty()
            && !self
                .shapes
                .types
                .iter()
                .any(|(format, known, _)| known == name && *format <= self.format)
        {
            self.shapes.types.push((self.format, name.to_owned(), id));
        }
        let required: Vec<&str> = node
            .get("required")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .collect();
        let properties = node
            .get("properties")
            .and_then(Value::as_object)
            .into_iter()
            .flatten();
        let mut fields = String::new();
        for (field, property) in properties {
            let shape = self.shape(property)?;
            let annotation = |name: &str| self.annotation(property, name);
            let requirements: Vec<&str> = property
                .get("x-requirements")
                .and_then(Value::as_array)
                .into_iter()
                .flatten()
                .filter_map(Value::as_str)
                .collect();
            write!(
                fields,
                "Field {{ name: {field:?}, shape: ShapeId({shape}), required: {required}, meaning: {meaning:?}, \
                 document: {document}, event: {event}, ends: {ends}, starts: {starts}, change: {change}, requirements: &{requirements:?} }}, ",
                required = required.contains(&field.as_str()),
                meaning = annotation("description").map(text).unwrap_or_default(),
                document = option(annotation("x-document")),
                event = annotation("x-event").is_some(),
                ends = option(annotation("x-ends")),
                starts = option(annotation("x-starts")),
                change = match annotation("x-change").and_then(Value::as_str) {
                    None => "None",
                    Some("act") => "Some(Changing::Act)",
                    Some("add") => "Some(Changing::Add)",
                    Some("reroute") => "Some(Changing::Reroute)",
                    Some("fixed") => "Some(Changing::Fixed)",
                    Some("never") => "Some(Changing::Never)",
                    Some(other) => return Err(format!("`x-change` of {field} is {other}").into()),
                },
            )?;
        }
        let aliases = pairs(node.get("x-aliases"));
        let absent = absent(node.get("x-no"))?;
        Ok(format!(
            "Shape::Object(Object {{ name: {name:?}, fields: &[{fields}], aliases: {aliases}, absent: &[{absent}] }})"
        ))
    }
}

/// The endings of field names by which something is claimed that does not exist.
fn absent(value: Option<&Value>) -> Result<String, Box<dyn Error>> {
    let entries = value.and_then(Value::as_array).into_iter().flatten();
    let mut out = String::new();
    for entry in entries {
        let part = |key: &str| {
            let found = entry.get(key).and_then(Value::as_str);
            found.ok_or_else(|| format!("an entry of `x-no` lacks `{key}`"))
        };
        write!(
            out,
            "Absent {{ suffix: {:?}, say: {:?}, help: {:?} }}, ",
            part("suffix")?,
            part("say")?,
            part("help")?
        )?;
    }
    Ok(out)
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn option(value: Option<&Value>) -> String {
    match value.and_then(Value::as_str) {
        Some(text) => format!("Some({text:?})"),
        None => "None".to_owned(),
    }
}

fn pairs(value: Option<&Value>) -> String {
    let pairs = value.and_then(Value::as_object).into_iter().flatten();
    let pairs: String = pairs
        .map(|(from, to)| format!("({from:?}, {:?}), ", text(to)))
        .collect();
    format!("&[{pairs}]")
}
