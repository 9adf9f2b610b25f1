"""The Voice API: `/v1/calls`, and conversations as the Conversation API shows them."""
