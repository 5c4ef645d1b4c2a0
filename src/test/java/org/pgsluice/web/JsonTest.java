package org.pgsluice.web;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class JsonTest {
    @Test
    void valuesNestWithCommasBetween() {
        Json json = new Json().begin('{').name("a").value("1").name("b").begin('[').value("x").value((String) null).value(true).begin('{').end('}').end(']');

        assertThat(json.name("c").value("").end('}')).hasToString("{\"a\":\"1\",\"b\":[\"x\",null,true,{}],\"c\":\"\"}");
    }

    @Test
    void textIsQuotedAndEndsNoScript() {
        assertThat(new Json().value("\"\\\n</script>&\u2028\ud800é")).hasToString("\"\\\"\\\\\\u000a\\u003c/script\\u003e\\u0026\\u2028\\ud800é\"");
    }
}
