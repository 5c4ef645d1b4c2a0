/**
 * TLS of clients and of servers, by OpenSSL 3 through the foreign-function API. {@link org.pgsluice.tls.TlsContext} is what a configuration asks for,
 * {@link org.pgsluice.tls.TlsConnection} a connection under it. Nothing here is loaded, and no memory taken, before somebody makes a context. A context is made
 * beside the reactors and is for all of them; everything else belongs to the reactor of its connection.
 */
@NullMarked
package org.pgsluice.tls;

import org.jspecify.annotations.NullMarked;
