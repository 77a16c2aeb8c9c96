//! Types of values, as inputs, variables, parameters and answers have them.

use std::sync::Arc;

use serde_json::Value;

/// The type of a value. Types that refer to each other never do so in a circle.
#[derive(Clone, Debug, PartialEq)]
pub enum Type {
    String,
    Number,
    Integer,
    Boolean,
    Unknown,
    /// A file reference (CONTRACT 1.2).
    File,
    List(Arc<Type>),
    /// A type that the protocol declares.
    Named(Arc<NamedType>),
}

/// A type of the section `types`.
#[derive(Clone, Debug, PartialEq)]
pub struct NamedType {
    pub name: Arc<str>,
    pub description: Option<Arc<str>>,
    pub form: Form,
}

/// What a declared type is made of.
#[derive(Clone, Debug, PartialEq)]
pub enum Form {
    /// In the author's order.
    Object(Vec<Property>),
    List(Type),
    Union(Union),
}

/// A property of an object.
#[derive(Clone, Debug, PartialEq)]
pub struct Property {
    pub name: Arc<str>,
    pub ty: Type,
    pub description: Option<Arc<str>>,
    pub optional: bool,
    /// The allowed values of a string; empty where any is.
    pub allowed: Vec<Arc<str>>,
    /// The only value that it may have.
    pub constant: Option<Value>,
}

/// One of several object types, told apart by one property.
#[derive(Clone, Debug, PartialEq)]
pub struct Union {
    pub discriminator: Arc<str>,
    /// Each variant with its value of the discriminator, which no other has.
    pub variants: Vec<(Value, Arc<NamedType>)>,
}
