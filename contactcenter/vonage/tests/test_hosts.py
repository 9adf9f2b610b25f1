"""Where our token may go."""

from urllib.parse import urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from urllib3.util import parse_url

from contactcenter.vonage.hosts import base, is_allowed

API = "https://api.nexmo.com"
SANDBOX = "http://localhost:8100"


@pytest.mark.parametrize(
    "url",
    [
        "https://api-eu-3.vonage.com",
        "https://api-us-1.nexmo.com/",
        "https://API-EU-3.VONAGE.COM:443/v1/files/1?x=a@b",
    ],
)
def test_vonage_below_its_own_domains_is_allowed(url):
    assert is_allowed(url, SANDBOX)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "api.nexmo.com",
        "//api.nexmo.com",
        "http://api.vonage.com",
        "http://api.vonage.com:443",
        "https://api.vonage.com/a b",
        "https://api.vonage.com/\\evil.com",
        "https://api.vonage.com/\u202e",
        "ftp://api.vonage.com",
        "file:///etc/passwd",
        "https://evilvonage.com",
        "https://vonage.com.evil.com",
        "https://evil.com/.vonage.com",
        "https://evil.com#.vonage.com",
        "https://evil.com?.vonage.com",
        "https://evil.com\\.vonage.com",
        "https://evil.com\\@api.vonage.com",
        "https://evil.com%2f.vonage.com",
        "https://user@api.vonage.com",
        "https://api.vonage.com@evil.com",
        "https://api.vonage.com:@evil.com",
        "https://api.vonage.com:8443",
        "https://api.vonage.com:443@evil.com",
        "https://api.vonage.com:443:80",
        "https://api.vonage.com.",
        "https://.vonage.com",
        "https://api.vonage.com\n.evil.com",
        "https://api.vonage.com\n",
        " https://api.vonage.com",
        "https://evil\u3002vonage.com",
        "https://api.vonage\uff0ecom",
        "https://127.0.0.1",
        "https://[::1]",
        "http://169.254.169.254/latest",
    ],
)
def test_anything_else_is_not(url):
    assert not is_allowed(url, API)


def test_the_address_that_is_set_is_allowed_whatever_it_is():
    assert is_allowed("http://localhost:8100/v1/files/1", SANDBOX)
    assert is_allowed("https://vonage.example.com:443", "https://VONAGE.example.com/")


@pytest.mark.parametrize(
    "url",
    ["http://localhost", "https://localhost:8100", "http://127.0.0.1:8100", "http://localhost:81"],
)
def test_another_port_scheme_or_name_than_the_one_that_is_set_is_not(url):
    assert not is_allowed(url, SANDBOX)


HOSTS = st.text(alphabet="ae.@:/\\?#%[]-_4 \t\n", max_size=8)
DOMAINS = st.sampled_from(["vonage.com", ".vonage.com", ".nexmo.com", "nexmo.com.evil.com", ""])


@given(HOSTS, DOMAINS, HOSTS, DOMAINS)
@settings(derandomize=True, max_examples=2000)
def test_all_parsers_see_a_host_of_vonages_in_what_is_allowed(start, domain, middle, end):
    url = f"https://{start}{domain}{middle}{end}"

    if is_allowed(url, API):
        for host in (urlsplit(url).hostname, parse_url(url).host, urlsplit(base(url)).hostname):
            assert host.endswith((".vonage.com", ".nexmo.com"))


def test_of_an_address_only_the_origin_is_used():
    assert base("https://api-eu-3.vonage.com/odd?path#here") == "https://api-eu-3.vonage.com"
    with pytest.raises(ValueError, match="Not a plain"):
        base("https://user@api-eu-3.vonage.com")
