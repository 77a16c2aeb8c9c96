//! Things with a name of their author's, in the author's order.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::region::Region;
use crate::yaml::Key;

/// Declared things of one kind.
#[derive(Debug)]
pub(crate) struct Declared<T> {
    list: Vec<Declaration<T>>,
    index: BTreeMap<Arc<str>, usize>,
}

/// One of them.
#[derive(Debug)]
pub(crate) struct Declaration<T> {
    pub(crate) name: Arc<str>,
    /// Where it is named.
    pub(crate) region: Region,
    pub(crate) value: T,
}

impl<T> Default for Declared<T> {
    fn default() -> Self {
        Self {
            list: Vec::new(),
            index: BTreeMap::new(),
        }
    }
}

impl<T> Declared<T> {
    /// Two files may have the same name, which is reported; the first one counts.
    pub(crate) fn insert(&mut self, key: &Key, value: T) {
        let name = Arc::clone(&key.name);
        self.index
            .entry(Arc::clone(&name))
            .or_insert(self.list.len());
        self.list.push(Declaration {
            name,
            region: key.region,
            value,
        });
    }

    pub(crate) fn find(&self, name: &str) -> Option<usize> {
        self.index.get(name).copied()
    }

    pub(crate) fn at(&self, index: usize) -> Option<&T> {
        self.list.get(index).map(|it| &it.value)
    }

    pub(crate) fn get(&self, name: &str) -> Option<&T> {
        self.at(self.find(name)?)
    }

    /// The name as the declaration holds it.
    pub(crate) fn name(&self, name: &str) -> Option<&Arc<str>> {
        self.index.get_key_value(name).map(|(name, _)| name)
    }

    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.index.keys().map(|name| &**name)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Declaration<T>> {
        self.list.iter()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// The values in the author's order.
    pub(crate) fn values(&self) -> impl Iterator<Item = &T> {
        self.list.iter().map(|it| &it.value)
    }
}
