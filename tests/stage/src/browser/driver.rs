//! Starting the WebDriver of an engine, and saying what to type when it is missing.

use std::{
    env,
    net::{Ipv4Addr, TcpListener},
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};

use tokio::{
    io::{AsyncBufReadExt, BufReader},
    net::TcpStream,
    process::{Child, Command},
    time::{sleep, timeout},
};

use super::{Engine, Failure};

/// A cold start on a busy machine takes seconds.
const START_LIMIT: Duration = Duration::from_secs(60);

/// A running driver with all that it needs. Dropping it ends them.
#[derive(Debug)]
pub struct Driver {
    /// Where it listens.
    pub address: String,
    _processes: Vec<Child>,
}

impl Driver {
    /// Starts the driver of `engine` and waits until it answers.
    pub async fn start(engine: Engine) -> Result<Self, Failure> {
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port();
        let mut processes = Vec::new();
        let mut command = match engine {
            Engine::Chromium => {
                let mut command = Command::new(find("CHROMEDRIVER", "chromedriver", APT_CHROMIUM)?);
                command.arg(format!("--port={port}"));
                command
            }
            Engine::Firefox => {
                let mut command = Command::new(find("GECKODRIVER", "geckodriver", GECKODRIVER)?);
                command.args(["--host", "127.0.0.1", "--port", &port.to_string()]);
                command
            }
            Engine::WebKit => {
                let (display, screen) = virtual_display().await?;
                processes.push(screen);
                let mut command = Command::new(find("WEBKITDRIVER", "WebKitWebDriver", APT_WEBKIT)?);
                command.args([format!("--port={port}"), "--host=127.0.0.1".to_owned()]);
                command.env("DISPLAY", display).env("GDK_BACKEND", "x11").env("LIBGL_ALWAYS_SOFTWARE", "1");
                // Its sandbox needs user namespaces, which root in a container does not have.
                command.env("WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS", "1");
                command
            }
        };
        processes.push(quiet(&mut command).spawn()?);
        wait_for(port).await?;
        Ok(Self { address: format!("http://127.0.0.1:{port}"), _processes: processes })
    }
}

const APT_CHROMIUM: &str = "apt-get install -y chromium chromium-driver";
const APT_WEBKIT: &str = "apt-get install -y webkit2gtk-driver xvfb";
const GECKODRIVER: &str = "cargo install geckodriver --locked --root target/tools";

/// A program named by a variable, on the path, or among the tools of this checkout.
fn find(variable: &str, name: &str, mend: &str) -> Result<PathBuf, Failure> {
    if let Some(named) = env::var_os(variable) {
        return Ok(named.into());
    }
    let path = env::var_os("PATH").unwrap_or_default();
    let tools = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/tools/bin");
    env::split_paths(&path)
        .chain([tools])
        .map(|folder| folder.join(name))
        .find(|file| file.is_file())
        .ok_or_else(|| format!("{name} is missing; install it with: {mend}").into())
}

fn quiet(command: &mut Command) -> &mut Command {
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).kill_on_drop(true)
}

/// MiniBrowser has no headless mode. Xvfb picks a free display and prints its number.
async fn virtual_display() -> Result<(String, Child), Failure> {
    let mut command = Command::new(find("XVFB", "Xvfb", APT_WEBKIT)?);
    quiet(command.args(["-displayfd", "1", "-screen", "0", "1400x1000x24", "-nolisten", "tcp"]));
    let mut screen = command.stdout(Stdio::piped()).spawn()?;
    let output = screen.stdout.take().ok_or("Xvfb has no output")?;
    let mut number = String::new();
    timeout(START_LIMIT, BufReader::new(output).read_line(&mut number)).await??;
    Ok((format!(":{}", number.trim()), screen))
}

async fn wait_for(port: u16) -> Result<(), Failure> {
    let answers = async {
        while TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await.is_err() {
            sleep(Duration::from_millis(20)).await;
        }
    };
    timeout(START_LIMIT, answers).await.map_err(|_| "the WebDriver does not answer".into())
}
