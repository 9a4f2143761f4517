//! The `carnet` program.

fn main() -> std::process::ExitCode {
    std::process::ExitCode::from(carnet::cli::run())
}
