//! The OpenAPI document, made from the types of the handlers.
//!
//! `table` takes each route once and gives it to the router and to the document alike; a handler whose
//! extractors and answer do not [`Describe`] themselves cannot be a route.

mod describe;
mod document;
mod operation;
mod page;
mod schemas;
mod table;

pub(crate) use describe::Describe;
pub(crate) use operation::Operation;
pub(crate) use page::render as page;
pub(crate) use table::{About, Api};
