//! What owners look at: how much there is, and what signs it.

use super::archive::Archive;
use super::reading::moment;
use super::types::Signer;
use super::{Error, Result};

/// The time of a key is that of the first leaf that it signed; a log that is empty has begun with it.
const SIGNERS: &str = "SELECT log.origin, signer.since, signer.verifier, signer.newest,
        COALESCE(record.received_at, log.opened_at)
    FROM signer JOIN log ON log.log = signer.log
        LEFT JOIN record ON record.at = signer.log * 1099511627776 + signer.since
    WHERE log.state < 2 ORDER BY signer.log DESC, signer.since DESC, signer.newest DESC";

impl Archive {
    /// Which keys sign each log from where on, the newest first. Logs that were dropped are left out.
    pub async fn signers(&self) -> Result<Vec<Signer>> {
        let read = self.readers.read(|tx| {
            Box::pin(async move {
                let mut signers = Vec::new();
                for row in tx.rows(SIGNERS, &[]).await? {
                    signers.push(Signer {
                        log: row.text(0)?.into(),
                        since: row.count(1)?,
                        verifier: row.text(2)?.into(),
                        is_newest: row.int(3)? == 1,
                        since_time: moment(&row, 4)?,
                    });
                }
                Ok(signers)
            })
        });
        read.await
    }

    /// The numbers of the keys that wrap the subjects' keys, the newest last.
    pub fn wrapping_keys(&self) -> Vec<i64> {
        self.house.keys().wrapping().collect()
    }

    /// How many records of people there are, erased ones among them: all leaves but those of the house, which are few.
    pub async fn records(&self) -> Result<u64> {
        let read = self.readers.read(|tx| {
            Box::pin(async move {
                let sql = "SELECT (SELECT CAST(COALESCE(SUM(size), 0) AS INT8) FROM log WHERE state < 2)
                    - (SELECT COUNT(*) FROM record WHERE kind > 2)";
                tx.row(sql, &[]).await?.ok_or_else(|| Error::damaged("no answer"))?.count(0)
            })
        });
        read.await
    }
}
