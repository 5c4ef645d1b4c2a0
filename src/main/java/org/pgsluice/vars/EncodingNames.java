package org.pgsluice.vars;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** PostgreSQL's names of encodings. It compares them by their letters and digits alone, knows some by several names, and reports one of them. */
final class EncodingNames {
    /** Each by the name that is reported, and the others that it goes by. */
    private static final String[] ALL = {
        "SQL_ASCII", "EUC_JP", "EUC_CN", "EUC_KR", "EUC_TW", "EUC_JIS_2004", "UTF8 unicode", "MULE_INTERNAL", "LATIN1 iso88591", "LATIN2 iso88592",
        "LATIN3 iso88593", "LATIN4 iso88594", "LATIN5 iso88599", "LATIN6 iso885910", "LATIN7 iso885913", "LATIN8 iso885914", "LATIN9 iso885915",
        "LATIN10 iso885916", "WIN1256 windows1256", "WIN1258 windows1258 abc tcvn tcvn5712 vscii", "WIN866 windows866 alt", "WIN874 windows874", "KOI8R koi8",
        "WIN1251 windows1251 win", "WIN1252 windows1252", "ISO_8859_5", "ISO_8859_6", "ISO_8859_7", "ISO_8859_8", "WIN1250 windows1250",
        "WIN1253 windows1253", "WIN1254 windows1254", "WIN1255 windows1255", "WIN1257 windows1257", "KOI8U", "SJIS mskanji shiftjis win932 windows932",
        "BIG5 win950 windows950", "GBK win936 windows936", "UHC win949 windows949", "GB18030", "JOHAB", "SHIFT_JIS_2004"
    };
    private static final Map<String, String> REPORTED = new HashMap<>();

    static {
        for (String one : ALL) {
            String[] names = one.split(" ");
            for (String name : names) {
                REPORTED.put(key(name), names[0]);
            }
        }
    }

    private EncodingNames() {}

    /** The name that PostgreSQL reports for that encoding; an unknown one as it is. */
    static String reported(String name) {
        return REPORTED.getOrDefault(key(name), name);
    }

    private static String key(String name) {
        StringBuilder key = new StringBuilder(name.length());
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (c < 0x80 && Character.isLetterOrDigit(c)) {
                key.append(c);
            }
        }
        return key.toString().toLowerCase(Locale.ROOT);
    }
}
