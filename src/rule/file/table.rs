//! Table files.

use super::*;
use crate::document::yaml::{YamlId, YamlKind};
use crate::finding::Problem;
use crate::rule::condition::Decimal;
use crate::rule::table::normalise;
use crate::rule::table::{Cell, Column, ColumnType, Row, RowSource, Table};
use crate::vocabulary::suggest::list_words;
use crate::yaml_reader::Reader;

pub(super) fn read_table(file: &Loaded, problems: &mut Vec<Problem>) -> Option<Table> {
    let mut reader = file.reader(problems);
    let root = reader.tree.root();
    reader.expect_map(
        root,
        &[
            "id", "title", "coverage", "note", "columns", "rows", "sources",
        ],
    );
    let id = identifier(&mut reader, root, file.place().1)?;
    let title = reader.required_text(root, "title")?;
    let coverage = reader.required(root, "coverage")?;
    let complete = reader.word(coverage, &[("complete", true), ("open", false)])?;
    let columns = reader.required(root, "columns")?;
    let entries = reader.entries(columns);
    let kinds = [
        ("word", ColumnType::Word),
        ("words", ColumnType::Words),
        ("name", ColumnType::Name),
        ("country", ColumnType::Country),
        ("number", ColumnType::Number),
        ("text", ColumnType::Text),
    ];
    let mut known = Vec::new();
    for (key, kind) in entries {
        let name = reader.tree.text(key).to_owned();
        let kind = reader.word(kind, &kinds)?;
        known.push(Column { name, kind });
    }
    let mut named_sources = Vec::new();
    if let Some(sources) = reader.tree.get(root, "sources") {
        let entries = reader.entries(sources);
        for (key, source) in entries {
            reader.expect_map(source, &["cite", "url", "note"]);
            let cite = reader.required_text(source, "cite")?;
            let url = reader.optional_text(source, "url");
            named_sources.push((reader.tree.text(key).to_owned(), RowSource { cite, url }));
        }
    }
    let mut rows = Vec::new();
    let mut allowed: Vec<&str> = known.iter().map(|column| column.name.as_str()).collect();
    allowed.extend(["from", "until", "source", "certainty", "note"]);
    for row in reader.list(root, "rows") {
        if !reader.expect_map(row, &allowed) {
            continue;
        }
        let mut cells = Vec::new();
        for column in &known {
            let Some(cell) = reader.required(row, &column.name) else {
                continue;
            };
            cells.extend(read_cell(&mut reader, cell, column.kind));
        }
        let certainty = reader
            .required(row, "certainty")
            .and_then(|node| reader.word(node, &CERTAINTIES));
        let source = match reader.tree.get(row, "source") {
            Some(node) => {
                let name = reader.text(node)?;
                let found = named_sources.iter().find(|(known, _)| *known == name);
                if found.is_none() {
                    let known = list_words(named_sources.iter().map(|(name, _)| name.as_str()));
                    reader.mistake(
                        node,
                        format!("there is no source `{name}`"),
                        Some(format!("sources: {known}")),
                    );
                }
                found.map(|(_, source)| source.clone())
            }
            None => {
                reader.mistake(
                    row,
                    "`source` is missing",
                    Some("name an entry of `sources`".to_owned()),
                );
                None
            }
        };
        let window = window(&mut reader, row);
        if let (Some(certainty), Some(window), true) =
            (certainty, window, cells.len() == known.len())
        {
            rows.push(Row {
                cells,
                window,
                certainty,
                source,
            });
        }
    }
    Some(Table {
        id,
        title,
        complete,
        columns: known,
        rows,
    })
}

pub(super) fn read_cell(reader: &mut Reader, node: YamlId, kind: ColumnType) -> Option<Cell> {
    if kind == ColumnType::Number {
        let text = reader.text(node)?;
        let number = Decimal::parse(&text);
        if number.is_none() {
            reader.mistake(node, format!("`{text}` is not a number"), None);
        }
        return number.map(Cell::Number);
    }
    let items = match reader.tree.kind(node) {
        YamlKind::List => reader.items(node),
        _ => vec![node],
    };
    let texts: Option<Vec<String>> = items.into_iter().map(|item| reader.text(item)).collect();
    let normal = |text: String| {
        if kind == ColumnType::Name {
            normalise(&text)
        } else {
            text
        }
    };
    texts.map(|texts| Cell::Texts(texts.into_iter().map(normal).collect()))
}
