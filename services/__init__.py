"""The office: plain functions (session, *, …, actor, now) that apply the law to the records; never commit."""
