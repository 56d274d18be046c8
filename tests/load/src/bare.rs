//! The server that everything is measured against: it reads the same JSON and answers, and keeps nothing.

use anyhow::Result;
use assent_server::http::serve_bare;

/// Serves until it is killed.
pub fn serve() -> Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await?;
        println!("listening on http://{}", listener.local_addr()?);
        serve_bare(listener).await;
        Ok(())
    })
}
