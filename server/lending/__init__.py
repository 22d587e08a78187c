"""Connections of clients lent to processes that answer small queries on them, at once.

A web process that passes each query on to a worker pays for two processes that wake each other, several times
what a small query takes. So it lends a connection on which a plain query has come to a *session*, a process
beside the workers that shares their pages (`kg.engine`): `lender` is the web process's part, `session` the
other, `board` what both see, `request` the reading and writing.

A session looks at a request without taking it from the socket, and takes it only once it has the answer. So
whatever it cannot or will not do in a moment, and whatever becomes of it, the request is still there, and is
answered the usual way. Nothing is lost by a session that ends.
"""
