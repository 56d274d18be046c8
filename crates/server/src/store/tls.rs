//! The way to PostgreSQL.
//!
//! What this is: the address of a server with what it says of TLS. `sslmode` is `disable`, `prefer`, `require` or
//! `verify-full`; where it speaks TLS, the certificate is always checked, since an unchecked one keeps nobody out. Without
//! `sslmode` a server on this machine is asked in the clear, and any other one by TLS.

use std::error::Error as _;
use std::io;
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio_postgres::Config;
use tokio_postgres::config::{Host, SslMode};
use tokio_postgres::tls::{ChannelBinding, MakeTlsConnect, TlsConnect, TlsStream};
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream as Session;

use super::{Error, Result};

/// Makes sessions.
#[derive(Clone)]
pub(super) struct Tls(Arc<ClientConfig>);

/// Reads an address, as `postgres://user@host/name?sslmode=require&sslrootcert=ca.pem`.
pub(super) fn read(address: &str) -> Result<(Config, Tls)> {
    let (head, query) = address.split_once('?').unwrap_or((address, ""));
    let (mut rest, mut mode, mut authority) = (Vec::new(), None, None);
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        match pair.split_once('=') {
            Some(("sslmode", value)) => mode = Some(value),
            Some(("sslrootcert", value)) => {
                // The value alone: its sign for equality would begin another one.
                let value = value.replace('=', "%3D");
                let path = url::form_urlencoded::parse(value.as_bytes()).next();
                authority = path.map(|(path, _)| PathBuf::from(path.into_owned()));
            }
            _ => rest.push(pair),
        }
    }
    let address = if rest.is_empty() { head.into() } else { format!("{head}?{}", rest.join("&")) };
    let mut config: Config =
        address.parse().map_err(|_| Error::Refused("the address of the database cannot be read"))?;
    config.ssl_mode(match mode {
        Some("disable") => SslMode::Disable,
        Some("prefer") => SslMode::Prefer,
        Some("require" | "verify-full") => SslMode::Require,
        None if is_here(&config) => SslMode::Disable,
        None => SslMode::Require,
        Some(_) => {
            return Err(Error::Refused(
                "sslmode in the address of the database is disable, prefer, require or verify-full",
            ));
        }
    });
    let authorities = match (config.get_ssl_mode(), authority) {
        (SslMode::Disable, _) => RootCertStore::empty(),
        (_, authority) => authorities(authority)?,
    };
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let tls = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let tls = tls.map_err(|_| Error::Engine("no TLS".into()))?;
    let tls = tls.with_root_certificates(authorities).with_no_client_auth();
    Ok((config, Tls(Arc::new(tls))))
}

/// Whether nobody is between the server and us.
fn is_here(config: &Config) -> bool {
    config.get_hosts().iter().all(|host| match host {
        Host::Tcp(name) => {
            name == "localhost" || name.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
        }
        Host::Unix(_) => true,
    }) && config.get_hostaddrs().iter().all(std::net::IpAddr::is_loopback)
}

/// Whom a certificate may come from: the authorities of a file, or those that the machine trusts.
fn authorities(file: Option<PathBuf>) -> Result<RootCertStore> {
    let mut store = RootCertStore::empty();
    if let Some(file) = file {
        const WRONG: Error = Error::Refused(
            "sslrootcert in the address of the database is no file of certificates (PEM) that can be read",
        );
        for certificate in CertificateDer::pem_file_iter(file).map_err(|_| WRONG)? {
            store.add(certificate.map_err(|_| WRONG)?).map_err(|_| WRONG)?;
        }
        if store.is_empty() {
            return Err(WRONG);
        }
    } else {
        store.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    }
    Ok(store)
}

/// Looks whether TLS is what keeps us out, and says what to do about it. Everything else may pass by itself.
pub(super) async fn try_out(address: &str) -> Result<()> {
    let (config, tls) = read(address)?;
    match config.connect(tls).await {
        Ok(_) => Ok(()),
        Err(error) => why(&error).map_or(Ok(()), |why| Err(Error::Refused(why))),
    }
}

fn why(error: &tokio_postgres::Error) -> Option<&'static str> {
    let cause = error.source()?;
    if cause.to_string().contains("does not support TLS") {
        return Some(
            "PostgreSQL offers no TLS: switch it on there (ssl = on), or write sslmode=disable into the address if nobody \
             is between it and here",
        );
    }
    let inner = cause.downcast_ref::<io::Error>()?.get_ref()?.downcast_ref::<rustls::Error>()?;
    matches!(inner, rustls::Error::InvalidCertificate(_)).then_some(
        "PostgreSQL's certificate is not trusted: name the authority that signed it with sslrootcert=FILE in the address, \
         name the host as the certificate does, and see that it has not expired",
    )
}

impl<S: AsyncRead + AsyncWrite + Unpin + Send + 'static> MakeTlsConnect<S> for Tls {
    type Stream = Stream<S>;
    type TlsConnect = Connect;
    type Error = io::Error;

    fn make_tls_connect(&mut self, host: &str) -> io::Result<Connect> {
        let name = ServerName::try_from(host.to_string()).map_err(io::Error::other)?;
        Ok(Connect { connector: TlsConnector::from(self.0.clone()), name })
    }
}

/// One session that is to begin.
pub(super) struct Connect {
    connector: TlsConnector,
    name: ServerName<'static>,
}

impl<S: AsyncRead + AsyncWrite + Unpin + Send + 'static> TlsConnect<S> for Connect {
    type Stream = Stream<S>;
    type Error = io::Error;
    type Future = Pin<Box<dyn Future<Output = io::Result<Stream<S>>> + Send>>;

    fn connect(self, stream: S) -> Self::Future {
        Box::pin(async move {
            self.connector.connect(self.name, stream).await.map(|session| Stream(Box::new(session)))
        })
    }
}

/// A connection in a session.
pub(super) struct Stream<S>(Box<Session<S>>);

impl<S: AsyncRead + AsyncWrite + Unpin> TlsStream for Stream<S> {
    fn channel_binding(&self) -> ChannelBinding {
        ChannelBinding::none()
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncRead for Stream<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut *self.0).poll_read(cx, buf)
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncWrite for Stream<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut *self.0).poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut *self.0).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut *self.0).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mode(address: &str) -> Result<SslMode> {
        read(address).map(|(config, _)| config.get_ssl_mode())
    }

    #[test]
    fn away_from_this_machine_nothing_goes_in_the_clear_unless_somebody_says_so() {
        for (address, expected) in [
            ("postgres://u@localhost/a", SslMode::Disable),
            ("postgres://u@127.0.0.1:5433/a", SslMode::Disable),
            ("postgres://u@db.example/a", SslMode::Require),
            ("postgres://u@localhost,db.example/a", SslMode::Require),
            ("postgres://u@db.example/a?sslmode=disable", SslMode::Disable),
            ("postgres://u@db.example/a?sslmode=prefer&connect_timeout=3", SslMode::Prefer),
            ("postgres://u@localhost/a?sslmode=verify-full", SslMode::Require),
        ] {
            assert_eq!(mode(address).unwrap(), expected, "{address}");
        }
        for address in ["postgres://u@h/a?sslmode=allow", "postgres://u@h/a?sslrootcert=none.pem"] {
            assert!(matches!(mode(address), Err(Error::Refused(_))), "{address}");
        }
    }
}
