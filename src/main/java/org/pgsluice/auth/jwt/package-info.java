/**
 * Bearer tokens as passwords: JSON Web Tokens that an identity provider has signed. The checks are those of Nimbus JOSE + JWT, which is loaded only where
 * tokens are configured.
 */
@NullMarked
package org.pgsluice.auth.jwt;

import org.jspecify.annotations.NullMarked;
