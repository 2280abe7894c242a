"""The matching engine against its peers: the same cohorts, the same pairs, interleaved. See README.md."""
