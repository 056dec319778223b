//! The `concord` program.

mod cli;

fn main() -> std::process::ExitCode {
    keep_onnx_runtime_quiet();
    cli::run()
}

/// Stops ONNX Runtime from writing a device id and contacting its collector, as it does by default.
/// It reads this variable while it loads, so the API switch alone comes too late.
#[expect(unsafe_code, reason = "the only way to set a variable of this process")]
fn keep_onnx_runtime_quiet() {
    let (name, value) = concord::internals::embed::runtime::TELEMETRY_OFF;
    // SAFETY: this is the first statement of `main`; no other thread runs that could read the environment.
    unsafe { std::env::set_var(name, value) };
}
