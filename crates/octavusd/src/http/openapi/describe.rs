//! What the types in a handler's signature say about its operation.

use axum::extract::State;
use axum::handler::Handler;
use axum::http::StatusCode;
use axum::response::Html;
use schemars::JsonSchema;

use super::operation::Operation;
use crate::http::App;
use crate::http::error::ApiError;

/// A type of a handler's signature: an extractor or an answer.
pub(crate) trait Describe {
    fn describe(operation: &mut Operation<'_>);
}

/// A handler of which every extractor and the answer describe themselves.
pub(crate) trait Endpoint<Args>: Handler<Args, App> {
    fn describe(operation: &mut Operation<'_>);
}

macro_rules! endpoint {
    ($($input:ident)*) => {
        impl<F, Answering, Answer, Via, $($input),*> Endpoint<(Via, $($input,)*)> for F
        where
            F: Handler<(Via, $($input,)*), App> + Fn($($input),*) -> Answering,
            Answering: Future<Output = Answer>,
            Answer: Describe,
            $($input: Describe,)*
        {
            fn describe(operation: &mut Operation<'_>) {
                $($input::describe(operation);)*
                Answer::describe(operation);
            }
        }
    };
}

endpoint!();
endpoint!(A);
endpoint!(A B);
endpoint!(A B C);
endpoint!(A B C D);
endpoint!(A B C D E);
endpoint!(A B C D E G);

impl Describe for State<App> {
    fn describe(_: &mut Operation<'_>) {}
}

impl<T: Describe> Describe for Result<T, ApiError> {
    fn describe(operation: &mut Operation<'_>) {
        T::describe(operation);
        operation.fails(StatusCode::INTERNAL_SERVER_ERROR);
        operation.fails(StatusCode::SERVICE_UNAVAILABLE);
    }
}

impl<T: JsonSchema> Describe for axum::Json<T> {
    fn describe(operation: &mut Operation<'_>) {
        operation.answers_json::<T>(StatusCode::OK);
    }
}

impl<T> Describe for Html<T> {
    fn describe(operation: &mut Operation<'_>) {
        let text = operation.output::<String>();
        operation.answers(StatusCode::OK, "text/html", text);
    }
}
