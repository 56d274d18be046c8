//! A page on its way: decoded, parked, passed on piece by piece.

use std::io::Write;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use axum::body::Body;
use axum::http::HeaderMap;
use axum::http::header;
use bytes::Bytes;
use http_body::Frame;

use crate::markup::{self, Settings, Stream};

/// How many bytes of a page may wait for the end of a tag, a script or a style: far more than any page has in one.
const MOST_HELD_BACK: usize = 8 << 20;

/// An encoding of content (RFC 9110, 8.4.1), taken off before a page can be read.
pub enum Decoder {
    Identity,
    Gzip(flate2::write::MultiGzDecoder<Vec<u8>>),
    Deflate(flate2::write::ZlibDecoder<Vec<u8>>),
    Brotli(Box<brotli::DecompressorWriter<Vec<u8>>>),
}

impl Decoder {
    /// The decoder of an answer; `None` for an encoding, or several, that cannot be taken off.
    pub fn of(headers: &HeaderMap) -> Option<Decoder> {
        let mut values = headers.get_all(header::CONTENT_ENCODING).iter();
        let encoding = values.next().map_or(Some(""), |value| value.to_str().ok())?;
        if values.next().is_some() {
            return None;
        }
        Some(match encoding.trim().to_ascii_lowercase().as_str() {
            "" | "identity" => Decoder::Identity,
            "gzip" | "x-gzip" => Decoder::Gzip(flate2::write::MultiGzDecoder::new(Vec::new())),
            "deflate" => Decoder::Deflate(flate2::write::ZlibDecoder::new(Vec::new())),
            "br" => Decoder::Brotli(Box::new(brotli::DecompressorWriter::new(Vec::new(), 4096))),
            _ => return None,
        })
    }

    fn decode(&mut self, chunk: &[u8]) -> std::io::Result<Vec<u8>> {
        Ok(match self {
            Decoder::Identity => chunk.to_vec(),
            Decoder::Gzip(decoder) => {
                decoder.write_all(chunk)?;
                std::mem::take(decoder.get_mut())
            }
            Decoder::Deflate(decoder) => {
                decoder.write_all(chunk)?;
                std::mem::take(decoder.get_mut())
            }
            Decoder::Brotli(decoder) => {
                decoder.write_all(chunk)?;
                std::mem::take(decoder.get_mut())
            }
        })
    }

    /// What is left at the end; an error if the end is missing.
    fn finish(&mut self) -> std::io::Result<Vec<u8>> {
        Ok(match self {
            Decoder::Identity => Vec::new(),
            Decoder::Gzip(decoder) => {
                decoder.try_finish()?;
                std::mem::take(decoder.get_mut())
            }
            Decoder::Deflate(decoder) => {
                decoder.try_finish()?;
                std::mem::take(decoder.get_mut())
            }
            Decoder::Brotli(decoder) => {
                decoder.close()?;
                std::mem::take(decoder.get_mut())
            }
        })
    }
}

/// The encodings that a [`Decoder`] takes off.
pub const KNOWN: [&str; 5] = ["gzip", "x-gzip", "deflate", "br", "identity"];

/// A body that is parked as it is read. If anything goes wrong it breaks off, so that nothing unparked follows.
pub struct ParkedBody {
    inner: Body,
    decoder: Decoder,
    stream: Option<Stream>,
}

impl ParkedBody {
    pub fn new(inner: Body, decoder: Decoder, settings: Arc<Settings>) -> ParkedBody {
        ParkedBody { inner, decoder, stream: Some(Stream::new(settings, false, MOST_HELD_BACK)) }
    }

    fn take(&mut self, chunk: &[u8]) -> Result<Vec<u8>, axum::BoxError> {
        let html = self.decoder.decode(chunk)?;
        let stream = self.stream.as_mut().ok_or(markup::Error::TooLong)?;
        Ok(stream.write(&html)?)
    }

    fn end(&mut self) -> Result<Vec<u8>, axum::BoxError> {
        let html = self.decoder.finish()?;
        let Some(mut stream) = self.stream.take() else { return Ok(Vec::new()) };
        let mut out = stream.write(&html)?;
        out.extend(stream.end()?.html);
        Ok(out)
    }
}

impl http_body::Body for ParkedBody {
    type Data = Bytes;
    type Error = axum::BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::BoxError>>> {
        loop {
            if self.stream.is_none() {
                return Poll::Ready(None);
            }
            let out = match Pin::new(&mut self.inner).poll_frame(context) {
                Poll::Pending => return Poll::Pending,
                Poll::Ready(Some(Err(error))) => Err(error.into()),
                // Trailers speak of bytes that are no longer these.
                Poll::Ready(Some(Ok(frame))) => match frame.into_data() {
                    Ok(chunk) => self.take(&chunk),
                    Err(_) => continue,
                },
                Poll::Ready(None) => self.end(),
            };
            match out {
                Ok(out) if out.is_empty() => {}
                Ok(out) => return Poll::Ready(Some(Ok(Frame::data(out.into())))),
                Err(error) => {
                    self.stream = None;
                    return Poll::Ready(Some(Err(error)));
                }
            }
        }
    }
}
