//! Walking over members and elements.

use std::ops::Range;

use super::tape::NodeId;
use super::view::Document;

/// Keys and values of an object; made by [`Document::members`].
#[derive(Clone, Debug)]
pub struct Members<'a> {
    document: Document<'a>,
    rest: Range<u32>,
}

impl<'a> Members<'a> {
    #[inline(always)]
    pub(super) fn new(document: Document<'a>, rest: Range<u32>) -> Self {
        Self { document, rest }
    }
}

impl Iterator for Members<'_> {
    type Item = (NodeId, NodeId);

    #[inline(always)]
    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.start >= self.rest.end {
            return None;
        }
        let key = NodeId(self.rest.start);
        let value = NodeId(self.rest.start + 1);
        self.rest.start = self.document.subtree_end(value).0;
        Some((key, value))
    }
}

/// Elements of an array; made by [`Document::elements`].
#[derive(Clone, Debug)]
pub struct Elements<'a> {
    document: Document<'a>,
    rest: Range<u32>,
}

impl<'a> Elements<'a> {
    #[inline(always)]
    pub(super) fn new(document: Document<'a>, rest: Range<u32>) -> Self {
        Self { document, rest }
    }
}

impl Iterator for Elements<'_> {
    type Item = NodeId;

    #[inline(always)]
    fn next(&mut self) -> Option<NodeId> {
        if self.rest.start >= self.rest.end {
            return None;
        }
        let element = NodeId(self.rest.start);
        self.rest.start = self.document.subtree_end(element).0;
        Some(element)
    }
}

impl std::iter::FusedIterator for Members<'_> {}
impl std::iter::FusedIterator for Elements<'_> {}
