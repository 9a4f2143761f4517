//! What rule and definition files say about themselves for the bench: `equivalent`, and the answers
//! that `examples.impossible` rules out. Read from the files, as examples are: no run needs them.

use crate::document::yaml::YamlTree;
use crate::rule::RuleSource;
use std::collections::BTreeMap;

/// A change that means the same, so that no example can tell it apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Excuse {
    pub mutant: String,
    pub because: String,
    /// 1-based line in its file.
    pub line: usize,
}

/// The excuses of one file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Excuses {
    pub equivalent: Vec<Excuse>,
    /// Answers that cannot occur.
    pub impossible: Vec<String>,
}

/// The excuses by file, as shown.
pub fn excuses(files: &[RuleSource]) -> BTreeMap<String, Excuses> {
    let mut found = BTreeMap::new();
    for file in files.iter().filter(|file| file.path.ends_with(".yaml")) {
        let owned;
        let tree = match &file.tree {
            Some(tree) => tree,
            None => match YamlTree::parse(&file.text) {
                Ok(tree) => {
                    owned = tree;
                    &owned
                }
                Err(_) => continue,
            },
        };
        let excuses = of_tree(tree, &file.text);
        if excuses != Excuses::default() {
            found.insert(file.shown.clone(), excuses);
        }
    }
    found
}

fn of_tree(tree: &YamlTree, text: &str) -> Excuses {
    let root = tree.root();
    let list = tree.get(root, "equivalent").into_iter();
    let text_of = |map, key: &str| tree.get(map, key).map(|node| tree.text(node).to_owned());
    let equivalent = list.flat_map(|list| tree.items(list)).map(|item| {
        let start = tree.range(item).start as usize;
        let before = text.get(..start).unwrap_or_default();
        Excuse {
            mutant: text_of(item, "mutant").unwrap_or_default(),
            because: text_of(item, "because").unwrap_or_default(),
            line: before.matches('\n').count() + 1,
        }
    });
    let impossible = tree
        .get(root, "examples")
        .and_then(|examples| tree.get(examples, "impossible"));
    let words = impossible.into_iter().flat_map(|map| tree.entries(map));
    Excuses {
        equivalent: equivalent.collect(),
        impossible: words.map(|(key, _)| tree.text(key).to_owned()).collect(),
    }
}
