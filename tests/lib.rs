//! The outer tests live in the suites beside this file.
