//! Prints the OpenAPI document: `cargo run -p langhals-web --example openapi > docs/openapi.json`.

#![allow(clippy::print_stdout, reason = "a tool for the developer's own terminal")]

fn main() {
    print!("{}", langhals_web::openapi());
}
