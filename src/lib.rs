//! The whole server: starts and joins the threads.
