//! The supervisors' page in Debian's Chromium, served by the daemon, with a real mail server behind it.
#![allow(clippy::unwrap_used, clippy::panic, reason = "what a test needs and does not get is a failure")]
#![allow(clippy::needless_pass_by_value, clippy::unused_self, reason = "a test reads better so")]
#![expect(clippy::print_stderr, reason = "tests say what they measured, and why they skip")]

mod access;
mod door;
mod letters;
mod office;
mod plain;
mod school;
mod strangers;
mod work;
