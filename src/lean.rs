//! What a small module needs instead of the standard library: an allocator, an end for what must not happen, and a
//! place for the one value that outlives a call.
//!
//! Measured on a module of this size, the default allocator costs 1.7 KB (brotli) more and the default panic handler,
//! with the formatting behind it, 6 KB. A panic ends in a trap; the page's side catches it and stays closed.

#[cfg(target_arch = "wasm32")]
mod runtime {
    use lol_alloc::{AssumeSingleThreaded, FreeListAllocator};

    #[global_allocator]
    #[expect(
        unsafe_code,
        reason = "the allocator asks for the promise that there is one thread; see `Single`"
    )]
    // SAFETY: a WASM module without atomics has one thread.
    static ALLOCATOR: AssumeSingleThreaded<FreeListAllocator> =
        unsafe { AssumeSingleThreaded::new(FreeListAllocator::new()) };

    #[cfg(not(feature = "record"))]
    #[panic_handler]
    fn panic(_: &core::panic::PanicInfo) -> ! {
        core::arch::wasm32::unreachable()
    }
}

/// A static value of a module that has one thread.
#[cfg(any(feature = "gate", feature = "record", feature = "iab"))]
pub(crate) struct Single<T>(pub(crate) core::cell::RefCell<T>);

#[cfg(any(feature = "gate", feature = "record", feature = "iab"))]
#[expect(
    unsafe_code,
    reason = "a WASM module without atomics has one thread, so nothing is ever shared between two"
)]
// SAFETY: see the reason above; the crate is a browser artefact and `RefCell` answers for reentrance.
unsafe impl<T> Sync for Single<T> {}
